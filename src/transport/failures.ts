import {TransportError} from './contract.ts';

export function abortedError(hostName: string): TransportError {
  return new TransportError('aborted', `interrupted while waiting for ${hostName}`);
}

export function timeoutError(hostName: string, what: string, timeoutMs: number): TransportError {
  return new TransportError('timeout', `${what} on ${hostName} took longer than ${timeoutMs / 1000} s`);
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
