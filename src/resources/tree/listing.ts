import {type Script, sh} from '../../shell/index.ts';
import type {ProbeOutput} from '../contract.ts';
import {statFormat} from '../path/kept-links.ts';
import {stateOfStat} from '../path/parse.ts';
import type {PathState} from '../path/state.ts';

/** A path that was found below another. */
export interface FoundPath
  extends Pick<PathState, 'type' | 'mode'>,
    Readonly<Record<'owner' | 'group', string>>,
    Readonly<Record<'uid' | 'gid' | 'sizeBytes' | 'mtime' | 'links', number>> {
  readonly path: string;
}

/** What was found, and the host's own time; or why nothing was. */
export type Listing =
  | {readonly found: readonly FoundPath[]; readonly nowSeconds: number}
  | {readonly problem: string};

const mostBytes = 16 * 1024 * 1024;
const mostPaths = 100_000;

/**
 * Everything below these directories, as NUL-ended names and, in the same order, a stat line each: no name is ever
 * parsed out of a line. Two walks, because busybox's find has no -printf; stat is started once for thousands.
 * @param depth how far down, 1 for what is in the directories themselves; without it: all
 */
export function listing(paths: readonly string[], depth: number | undefined): Script {
  const down = depth === undefined ? [] : ['-maxdepth', depth];
  return sh`set -- ${paths}
for p do
if [ ! -d "$p" ]; then printf '%s\n' "$p is no directory" >&2; exit 4; fi
done
date +%s
find "$@" -mindepth 1 ${down} -exec stat -c ${statFormat} {} + | head -c ${mostBytes}
echo
find "$@" -mindepth 1 ${down} -print0 | head -c ${mostBytes}`;
}

/** What `listing` printed. A name that is not UTF-8 is a problem: it could not be named back. */
export function parseListing({
  stdout,
  stderr,
  exitCode,
}: Pick<ProbeOutput, 'stdout' | 'exitCode'> & {readonly stderr: Buffer}): Listing {
  const words = stderr.toString('utf8').trim();
  if (exitCode !== 0) return {problem: words || `find ended with exit code ${exitCode}`};
  const end = stdout.indexOf('\n\n');
  const firstLine = stdout.indexOf('\n');
  const isEmpty = end === firstLine;
  const lines = isEmpty ? [] : stdout.toString('utf8', firstLine + 1, end).split('\n');
  const bytes = stdout.subarray(end + 2);
  const names = namesOf(bytes);
  if (names === undefined) return {problem: 'a name that was found is not UTF-8'};
  if (bytes.length >= mostBytes || names.length > mostPaths)
    return {problem: `there are more than ${mostPaths} paths, or their names are too long`};
  if (words !== '') return {problem: words.split('\n')[0] ?? words};
  if (names.length !== lines.length) return {problem: 'what is there changed while it was looked at'};
  const found = names.map((path, index) => ({path, ...stateOfStat(lines[index] ?? '-')}) as FoundPath);
  return {found, nowSeconds: Number(stdout.toString('utf8', 0, firstLine))};
}

function namesOf(bytes: Buffer): readonly string[] | undefined {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) return undefined;
  return text.split('\0').slice(0, -1);
}
