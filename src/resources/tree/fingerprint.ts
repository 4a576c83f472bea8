import {createHash} from 'node:crypto';
import {type Script, sh} from '../../shell/index.ts';
import type {TreeMember} from './state.ts';

/**
 * Sets `$k` to `tree-` and a digest of all that is below a directory of the host: names, types, modes, owners, times, and
 * sizes of what is no directory. Left as it is where that cannot be read.
 */
export function takeFingerprint(directory: string): Script {
  return sh`if f=$(cd -P ${directory} && { find . -mindepth 1 -type d -exec stat -c '%n|d|%a|%u|%g|%Y' {} + &&
find . -mindepth 1 ! -type d -exec stat -c '%n|o|%a|%u|%g|%Y|%s' {} +; } | LC_ALL=C sort | sha256sum); then k=tree-\${f%% *}; fi`;
}

/** The same word of what was listed. */
export function fingerprintOf(members: readonly TreeMember[]): string {
  const lines = members.map(({name, type, mode = '', uid, gid, mtime, sizeBytes}) => {
    const common = `${Number.parseInt(mode, 8).toString(8)}|${uid}|${gid}|${mtime}`;
    return type === 'directory' ? `./${name}|d|${common}` : `./${name}|o|${common}|${sizeBytes}`;
  });
  // A name may hold a line end: what is sorted are lines.
  const sorted = lines.flatMap((line) => line.split('\n')).map((line) => Buffer.from(`${line}\n`));
  sorted.sort((a, b) => a.subarray(0, -1).compare(b.subarray(0, -1)));
  return `tree-${createHash('sha256').update(Buffer.concat(sorted)).digest('hex')}`;
}
