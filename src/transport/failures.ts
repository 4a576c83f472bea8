import {TransportError} from './contract.ts';

export function abortedError(hostName: string): TransportError {
  return new TransportError('aborted', `interrupted while waiting for ${hostName}`);
}

/** What may keep us from a shell, before any program of ours has run. */
export function inTheWay(hostName: string): string {
  return `see what \`vprov ssh ${hostName}\` gives: nologin, a ForceCommand in the host's sshd_config, or command= in authorized_keys may be in the way`;
}

/** Of a host that is logged in to, and whose login shell says nothing: by the system's ssh, not even that it is there. */
export function silentChannel(
  {hostName, way}: {readonly hostName: string; readonly way: string},
  timeoutMs: number,
): TransportError {
  return new TransportError(
    'unreachable',
    `the opening of a channel on ${way} took longer than ${timeoutMs / 1000} s: its login shell did not answer`,
    `${inTheWay(hostName)}, or a profile that waits for something`,
  );
}

export function timeoutError(hostName: string, what: string, timeoutMs: number): TransportError {
  return new TransportError('timeout', `${what} on ${hostName} took longer than ${timeoutMs / 1000} s`);
}

/** @param mostBytes how much it was to write at most */
export function floodError(hostName: string, mostBytes: number): TransportError {
  const most = `${Math.round(mostBytes / 1024 / 1024)} MiB`;
  const message = `a request on ${hostName} wrote more than the ${most} that are kept, and was ended`;
  return new TransportError(
    'output',
    message,
    'send what it writes into a file on the host, or to head or tail',
  );
}

/** The last lines of what a program wrote, as one line for a message. */
export function lastWords(bytes: Buffer): string {
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(-2).join(' / ').slice(0, 500);
}

/** What sudo tells everybody before it asks for a password (`Defaults lecture`) is no reason. */
export function withoutLecture(said: Buffer): Buffer {
  const text = said.toString('utf8');
  const refusal = /^.*(?:not in the sudoers|may not run|is not allowed to).*$/im.exec(text);
  return refusal ? Buffer.from(text.slice(refusal.index)) : said;
}

/** Why a key has no private part, as a clause: a passphrase was wrong, and perhaps no other came. */
export function notUnlocked(file: string, isRefused: boolean, isLast: boolean): string {
  const what = isRefused ? `right${isLast ? '' : ', and no other was given'}` : 'given';
  return `the passphrase of ${file} was not ${what}`;
}
