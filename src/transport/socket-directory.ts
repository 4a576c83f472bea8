import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {TransportError} from './contract.ts';
import type {Target} from './target.ts';

/** A path of a socket may have 104 bytes (macOS), of which ssh wants 17 while it makes it. */
const longestDirectory = 60;

/** In settings of ssh, blanks, quotes and `%` have a meaning of their own, and not the same everywhere. */
const plainPath = /^\/[A-Za-z0-9_./+-]*$/;

const everywhere = '/tmp';

/**
 * Makes a directory of ours alone for the sockets of one connection by the system's ssh: in TMPDIR, or in /tmp where that is
 * not there, or has a name that ssh may not take.
 * @throws TransportError
 */
export async function socketDirectory({hostName}: Pick<Target, 'hostName'>): Promise<string> {
  const wanted = tmpdir();
  const isFit = wanted.length <= longestDirectory && plainPath.test(wanted);
  let cause: unknown;
  for (const place of new Set([...(isFit ? [wanted] : []), everywhere])) {
    try {
      return await mkdtemp(join(place, 'vprov-ssh-'));
    } catch (error) {
      cause = error;
    }
  }
  const why = cause instanceof Error ? cause.message.replace(/, mkdtemp.*$/, '') : String(cause);
  throw new TransportError(
    'unreachable',
    `no directory for the connection to ${hostName} can be made in ${everywhere}: ${why}`,
    `let TMPDIR name a folder that may be written, with a short and plain name; or set \`transport: ssh2\``,
    {cause},
  );
}
