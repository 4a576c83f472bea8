import {createHash} from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Overlay} from '../../../src/engine/overlay.ts';
import {planChanges} from '../../../src/engine/plan.ts';
import {type FolderState, folderRef} from '../../../src/resources/folder/index.ts';
import {
  type Change,
  contentOf,
  isRefusal,
  kinds,
  type Observed,
  type PathDesired,
  type PathState,
  pathRef,
  pathWant,
  type Ref,
  type StateView,
} from '../../../src/resources/index.ts';
import {UnknownRead} from '../../../src/text/index.ts';

let place = '';

beforeAll(() => {
  place = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-overlay-')));
});

afterAll(() => rmSync(place, {recursive: true}));

const names = ['a', 'b', 'a/a', 'a/b', 'b/a', 'a/a/a', 'b/a/b'] as const;
const targets = ['a', 'b', 'b/a', '../b', '../a/b', 'none', '@/a', '@/b', '@/a/a'] as const;

type Deed =
  | {readonly do: 'make' | 'remove'; readonly name: string; readonly mode: string}
  | {readonly do: 'link'; readonly name: string; readonly target: string}
  | {readonly do: 'write'; readonly name: string; readonly text: string; readonly follow: boolean};

const name = fc.constantFrom(...names);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    do: fc.constantFrom('make' as const, 'make' as const, 'remove' as const),
    name,
    mode: fc.constantFrom('0755', '0700'),
  }),
  fc.record({do: fc.constant('link' as const), name, target: fc.constantFrom(...targets)}),
  fc.record({
    do: fc.constant('write' as const),
    name,
    text: fc.constantFrom('one', 'two'),
    follow: fc.boolean(),
  }),
);

const at = (one: string): string => path.join(place, one);
const aim = (target: string): string => target.replace('@', place);

function wanted(one: Deed): PathDesired | 'absent' {
  switch (one.do) {
    case 'remove':
      return 'absent';
    case 'make':
      return {type: 'directory', mode: one.mode};
    case 'link':
      return {type: 'link', target: aim(one.target)};
    case 'write':
      return {type: 'file', content: contentOf(one.text), ...(one.follow ? {follow: true} : {})};
  }
}

function statsOf(read: () => Stats): Stats | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}

/** A path as a probe with all facets finds it, as far as tasks here go. */
function observed(id: string): Observed<PathState> {
  const stats = statsOf(() => lstatSync(id));
  if (!stats) return {status: 'absent'};
  if (!stats.isSymbolicLink()) return {status: 'present', state: stateOf(id, stats)};
  const end = statsOf(() => statSync(id));
  const followed = end && {...stateOf(id, end), path: realpathSync(id)};
  return {
    status: 'present',
    state: {
      type: 'link',
      target: readlinkSync(id),
      inode: String(stats.ino),
      followed,
      resolves: followed && resolvesOf(followed),
    },
  };
}

function resolvesOf({type}: Partial<PathState>): PathState['resolves'] {
  return type === 'link' ? undefined : type;
}

function stateOf(id: string, stats: Stats): Partial<PathState> {
  const type = stats.isDirectory() ? 'directory' : 'file';
  const sha256 = type === 'file' ? createHash('sha256').update(readFileSync(id)).digest('hex') : undefined;
  return {
    type,
    mode: (stats.mode & 0o7777).toString(8).padStart(4, '0'),
    ...(sha256 ? {sha256} : {}),
    links: 1,
    inode: String(stats.ino),
  };
}

/** What of a state is compared: its shape, and what it promises. */
function shape(seen: Observed): unknown {
  if (seen.status !== 'present') return seen.status;
  const {type, mode, sha256, target, resolves, followed} = seen.state as Partial<PathState>;
  if (type !== 'link') return {type, mode, sha256};
  return {type, target, resolves, ...(followed ? {end: followed.path, sha256: followed.sha256} : {})};
}

/** Plans each deed over the ones before, then does them. What is different from what was foreseen. */
function misforeseen(before: readonly Deed[], deeds: readonly Deed[]): readonly string[] {
  rmSync(place, {recursive: true, force: true});
  mkdirSync(place);
  for (const one of before) tryTo(one);
  const seen = new Map(['', ...names].map((one) => [at(one), observed(at(one))]));
  const folders = new Map(['', ...names].map((one) => [at(one), namesIn(at(one))]));
  const known = (ref: Ref): Observed =>
    ref.kind === 'folder'
      ? folderWith(folders.get(ref.id) ?? namesIn(ref.id))
      : (seen.get(ref.id) ?? observed(ref.id));
  const overlay = new Overlay(kinds);
  const view: StateView = {get: (ref) => overlay.see({facets: [], ...ref}, known) as never};
  const planned: Deed[] = [];
  for (const one of deeds) {
    const changes = changesOf(one, view);
    if (changes === undefined) continue;
    overlay.add(changes, known);
    planned.push(...(changes.length > 0 ? [one] : []));
  }
  const foreseen = names.map((one) =>
    told(overlay.see(pathRef(at(one), everything), known), overlay.see(folderRef(at(one)), known)),
  );
  for (const one of planned) carryOut(one);
  return names.flatMap((one, index) => {
    const found = told(observed(at(one)), folderWith(namesIn(at(one))));
    return found === foreseen[index] ? [] : [`${one}: foreseen ${foreseen[index]}, found ${found}`];
  });
}

function told(seen: Observed, folder: Observed): string {
  const {names: inIt = []} = folder.status === 'present' ? (folder.state as Partial<FolderState>) : {};
  return `${JSON.stringify(shape(seen))} ${folder.status === 'unknown' ? 'unknown' : inIt.toSorted()}`;
}

/** What is in a directory, by its own name; nothing is in what is none. */
function namesIn(id: string): readonly string[] {
  return statsOf(() => lstatSync(id))?.isDirectory() ? readdirSync(id) : [];
}

function folderWith(inIt: readonly string[]): Observed<FolderState> {
  return {status: 'present', state: {names: inIt, own: inIt}};
}

const everything = ['meta', 'link', 'sha256'] as const;

function changesOf(one: Deed, view: StateView): readonly Change[] | undefined {
  try {
    const changes = planChanges([pathWant(at(one.name), wanted(one))], kinds, view);
    return isRefusal(changes) ? undefined : changes;
  } catch (error) {
    if (error instanceof UnknownRead) return undefined;
    throw error;
  }
}

/** What a person would do. The kernel finds its own way through links. */
function carryOut(one: Deed): void {
  const file = at(one.name);
  const stats = statsOf(() => lstatSync(file));
  if (one.do === 'remove') rmSync(file, {force: true, recursive: true});
  if (one.do === 'link') {
    const beside = path.join(path.dirname(file), '.new');
    symlinkSync(aim(one.target), beside);
    try {
      // Behind a link the name may be that of the link itself, which must not be gone in between.
      renameSync(beside, file);
    } catch (error) {
      rmSync(beside);
      throw error;
    }
  }
  if (one.do === 'make' && !stats) mkdirSync(file);
  if (one.do === 'make') chmodSync(file, Number.parseInt(one.mode, 8));
  if (one.do === 'write') writeFileSync(file, one.text);
  if (one.do === 'write' && !stats) chmodSync(file, 0o644);
}

/** For the world before: what its place does not allow is left out. */
function tryTo(one: Deed): void {
  try {
    carryOut(one);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
  }
}

/** More of them to look for more: VPROV_OVERLAYS. */
const numRuns = Number(process.env.VPROV_OVERLAYS ?? 100);

describe('the overlay', () => {
  it('is what a real directory is after the same tasks', () => {
    fc.assert(
      fc.property(
        fc.array(deed, {maxLength: 6}),
        fc.array(deed, {minLength: 1, maxLength: 8}),
        (before, deeds) => {
          expect(misforeseen(before, deeds)).toEqual([]);
        },
      ),
      {numRuns},
    );
  }, 30_000);
});
