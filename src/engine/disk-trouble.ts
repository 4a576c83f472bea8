/*
 * What programs of a host say where there is no room left. dash says no more than "printf: I/O error", whatever it was
 * that the system answered to the write.
 */

const full = /No space left on device|Disk quota exceeded/i;
const anything = /\bI\/O error\b|\bwrite error\b|Input\/output error/i;

/** Why something could not be written. */
export interface DiskTrouble {
  readonly message: string;
  readonly hint: string;
}

/**
 * What the words of a program that failed on a host mean, when it is that nothing more can be written there.
 * @param place what was to be written
 */
export function diskTrouble(words: string, place: string, host: string): DiskTrouble | undefined {
  const isFull = full.test(words);
  if (!isFull && !anything.test(words)) return undefined;
  const why = isFull ? 'its disk is full' : 'its disk is full, or broken';
  return {
    message: `${place} cannot be written on ${host}: ${why} (${words.split('\n').at(-1)})`,
    hint: `on ${host}, df -h says which disk is full, dmesg whether it is broken; journalctl --vacuum-size=50M and apt-get clean make room`,
  };
}
