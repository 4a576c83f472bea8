/** What was seen of a host that was told to restart. `undefined`: it does not answer. */
export interface Sighting {
  readonly bootId: string | undefined;
  /** Undefined: not asked, or not to be asked. */
  readonly testSucceeded?: boolean;
}

export type Decision = 'back' | 'test' | 'wait' | 'too late';

/** What to do at a sighting. A host that still answers with its old boot id has not gone down yet. */
export function decide(
  before: string,
  {bootId, testSucceeded}: Sighting,
  options: {readonly hasTest: boolean; readonly elapsedMs: number; readonly timeoutMs: number},
): Decision {
  const isNew = bootId !== undefined && bootId !== '' && bootId !== before;
  if (isNew && (!options.hasTest || testSucceeded === true)) return 'back';
  if (options.elapsedMs >= options.timeoutMs) return 'too late';
  return isNew && testSucceeded === undefined ? 'test' : 'wait';
}
