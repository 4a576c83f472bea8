import type {Observed, ProbeOutput, Ref, RefKey} from '../contract.ts';
import {refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {askable, mountName, textLimitBytes} from './probe.ts';
import {isWithin, type PathState, type PathType, pathProblem, type Seer} from './state.ts';

interface Draft {
  readonly ref: Ref<'path'>;
  readonly letter: string;
  state: Partial<PathState>;
  unreadable?: string;
}

/** What `probePaths` printed, by reference. */
export function parsePaths(
  output: ProbeOutput,
  refs: readonly Ref<'path'>[],
  marker: string,
): ReadonlyMap<RefKey, Observed<PathState>> {
  const cursor = new Cursor(output.stdout);
  const asked = askable(refs);
  const [found = '', seer] = cursor.line().split('|');
  const [letters = '', ...unwritable] = words(found);
  const by = seerOf(seer);
  if (letters.length !== asked.length) throw new Error(`${letters.length} answers to ${asked.length} paths`);
  const drafts = asked.map((ref, index): Draft => ({ref, letter: letters[index] ?? '', state: {}}));
  for (const draft of drafts) if (!/[mx]/.test(draft.letter)) readStat(draft, cursor.line());
  drafts.forEach((draft, index) => {
    const isWritable = !unwritable.includes(String(index + 1));
    draft.state = {
      ...draft.state,
      ...(by ? {by, isUnprivileged: true as const, isWritable} : isWritable ? {} : {fixed: true}),
    };
  });
  readDigests(cursor, marker, drafts);
  for (const draft of drafts) if (draft.ref.facets.includes('link')) readLink(cursor, marker, draft);
  for (const draft of drafts) if (draft.ref.facets.includes('text')) readText(cursor, marker, draft);
  readEmptiness(cursor, marker, drafts);
  readMounts(cursor, marker, drafts);
  const answers = new Map<RefKey, Observed<PathState>>();
  for (const ref of refs) {
    const problem = pathProblem(ref.id);
    if (problem !== undefined) answers.set(refKey(ref), {status: 'unreadable', reason: problem});
  }
  for (const draft of drafts) answers.set(refKey(draft.ref), observedOf(draft));
  return answers;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function seerOf(text: string | undefined): Seer | undefined {
  if (text === undefined) return undefined;
  const [uid = 0, gid = 0, ...more] = words(text).map(Number);
  return {uid, gid, gids: [gid, ...more]};
}

function observedOf(draft: Draft): Observed<PathState> {
  if (draft.unreadable !== undefined) return {status: 'unreadable', reason: draft.unreadable};
  if (draft.letter === 'm') return {status: 'absent'};
  if (draft.letter === 'x')
    return {status: 'unreadable', reason: `${draft.ref.id} is in a directory that this user may not enter`};
  return {status: 'present', state: draft.state};
}

function readStat(draft: Draft, line: string): void {
  const state = stateOfStat(line);
  if (!state) draft.unreadable = `${draft.ref.id} went away while it was looked at`;
  else
    draft.state =
      state.type === 'link' && resolved[draft.letter] ? {...state, resolves: resolved[draft.letter]} : state;
}

const resolved: Readonly<Record<string, PathState['resolves']>> = {F: 'file', D: 'directory', O: 'other'};

/** The file type in the upper bits of st_mode. @see inode(7) */
const types: Readonly<Record<number, PathType>> = {8: 'file', 4: 'directory', 10: 'link'};

/** A line of `stat` in our form, with `:%d:%i` or without, and with the number of links that are kept versions. Undefined for `-`. */
export function stateOfStat(line: string): Partial<PathState> | undefined {
  if (line === '-') return undefined;
  const [raw = '', links, uid = '', gid = '', size, mtime, owner = '', group = '', device, inode, kept] =
    line.split(':');
  const bits = Number.parseInt(raw, 16);
  if (Number.isNaN(bits) || group === '') throw new Error(`stat said '${line}'`);
  return {
    type: types[bits >> 12] ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    owner: owner === 'UNKNOWN' ? uid : owner,
    group: group === 'UNKNOWN' ? gid : group,
    uid: Number(uid),
    gid: Number(gid),
    sizeBytes: Number(size),
    links: Number(links) - Number(kept ?? 0),
    ...(Number(kept ?? 0) > 0 ? {isKept: true} : {}),
    mtime: Number(mtime),
    ...(inode === undefined ? {} : {inode: `${device}:${inode}`}),
  };
}

function readDigests(cursor: Cursor, marker: string, drafts: readonly Draft[]): void {
  const asked = drafts.filter((draft) => draft.ref.facets.includes('sha256'));
  if (asked.length === 0) return;
  const letters = cursor.line();
  const digests = new Map<Draft, string>();
  // The remembered digests come first, then those that were computed.
  for (const wanted of ['c', 'y'])
    asked.forEach((draft, index) => {
      if (letters[index] === wanted) digests.set(draft, cursor.line());
    });
  const mounts = new Set(
    cursor
      .block(marker)
      .toString()
      .split('\n')
      .map((line) => line.split(' ')[4]),
  );
  asked.forEach((draft, index) => {
    // The digest of what a link leads to counts only for those who asked to follow it.
    if (draft.letter !== 'f' && !draft.ref.facets.includes('link')) return;
    if (letters[index] === 'n') draft.unreadable ??= `${draft.ref.id} may not be read by this user`;
    const line = digests.get(draft);
    if (line !== undefined) keepDigest(draft, line, mounts.has(mountName(draft.ref.id)));
  });
}

function keepDigest(draft: Draft, line: string, mount: boolean): void {
  const digest = /^\\?([0-9a-f]{64})\b/.exec(line)?.[1];
  if (digest === undefined) draft.unreadable ??= `${draft.ref.id} cannot be read`;
  else if (draft.letter === 'f') draft.state = {...draft.state, sha256: digest, mount};
  else draft.state = {...draft.state, followed: {path: '', sha256: digest}};
}

function readLink(cursor: Cursor, marker: string, draft: Draft): void {
  if (!/[FDOL]/.test(draft.letter)) return;
  draft.state = {...draft.state, target: withoutNewline(cursor.block(marker))};
  if (draft.letter === 'L') return;
  const path = withoutNewline(cursor.block(marker));
  const end = stateOfStat(cursor.line());
  if (end) draft.state = {...draft.state, followed: {...draft.state.followed, ...end, path}};
}

function readText(cursor: Cursor, marker: string, draft: Draft): void {
  if (!/[fF]/.test(draft.letter)) return;
  const readable = cursor.line() === 'y';
  const bytes = cursor.block(marker);
  if (!readable) {
    draft.unreadable ??= `${draft.ref.id} may not be read by this user`;
    return;
  }
  const found = textOf(bytes);
  if (draft.letter === 'f') draft.state = {...draft.state, ...found};
  else if (draft.state.followed)
    draft.state = {...draft.state, followed: {...draft.state.followed, ...found}};
}

function readEmptiness(cursor: Cursor, marker: string, drafts: readonly Draft[]): void {
  const asked = drafts.filter((draft) => draft.ref.facets.includes('empty'));
  if (asked.length === 0) return;
  const letters = cursor.line();
  asked.forEach((draft, index) => {
    const letter = letters[index];
    if (letter !== undefined && letter !== '-') draft.state = {...draft.state, empty: letter === 'e'};
  });
  asked.forEach((draft, index) => {
    // Of several such folders each is printed on lines of its own, the first first.
    if (letters[index] === 's')
      draft.state = {...draft.state, shut: cursor.block(marker).toString().split('\n')[0]};
  });
}

function readMounts(cursor: Cursor, marker: string, drafts: readonly Draft[]): void {
  const asked = drafts.filter(({ref, letter}) => /[df]/.test(letter) && ref.facets.includes('mounts'));
  if (asked.length === 0) return;
  const real = asked.map(() => withoutNewline(cursor.block(marker)).replace(/^\/\//, '/'));
  const all = cursor.block(marker).toString().split('\n').map(unescaped);
  asked.forEach((draft, index) => {
    const own = real[index];
    // Who may not enter it cannot tell.
    if (!own) return;
    draft.state = {...draft.state, mounts: all.filter((one) => one !== '' && isWithin(one, own))};
  });
}

/** A path of mountinfo as it is. @see proc_pid_mountinfo(5) */
function unescaped(word: string): string {
  return word.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function textOf(bytes: Buffer): Pick<PathState, 'text' | 'textOmitted'> {
  if (bytes.length > textLimitBytes) return {text: undefined, textOmitted: 'too large'};
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
    if (!text.includes('\0')) return {text, textOmitted: undefined};
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return {text: undefined, textOmitted: 'not text'};
}

function withoutNewline(bytes: Buffer): string {
  const text = bytes.toString();
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}
