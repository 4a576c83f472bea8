import fc from 'fast-check';
import {mountDeed, packageDeed, type SystemDeed, systemDeed} from './system.ts';
import {trees} from './trees.ts';

/** Paths of the small world, below the folder of a case. Few names, so that tasks meet. */
const paths = ['a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'b/c', 'c/b', 'a/a/a', 'a/a/b', 'a/b/c', 'b/a/a'] as const;

/** What links say. `@` stands for the folder of the case; some lead nowhere, to each other, or to themselves. */
const targets = ['a', 'b', 'c', 'c/b', 'b/a', '@/a', '@/a/b', '@/b', '@/c', '@/b/a', '../b', 'none'] as const;

/** Something that is there before. What its place does not allow is left out. */
export type Entry =
  | {readonly type: 'file'; readonly path: string; readonly content: string; readonly mode: string}
  | {readonly type: 'directory'; readonly path: string; readonly mode: string; readonly setgid: boolean}
  | {readonly type: 'link'; readonly path: string; readonly target: string}
  | {readonly type: 'group' | 'user' | 'package'}
  | {readonly type: 'mount'; readonly path: string; readonly options: string; readonly inTable: boolean}
  | {readonly type: 'cron'; readonly inFile: boolean};

const edits = ['line', 'no line', 'first line', 'block', 'no block', 'replace', 'ini', 'no ini'] as const;
export type Edit = (typeof edits)[number];

interface Attributes {
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

/** What a task does. Several paths: a loop. `@` stands for the folder, `%` for the name of the case's own user and group. */
export type Deed =
  | {readonly type: 'absent'; readonly paths: readonly string[]}
  | ({readonly type: 'directory'; readonly paths: readonly string[]; readonly follow?: boolean} & Attributes)
  | ({readonly type: 'attributes'; readonly paths: readonly string[]; readonly follow?: boolean} & Attributes)
  | {
      readonly type: 'link';
      readonly paths: readonly string[];
      readonly target: string;
      readonly force?: boolean;
      readonly owner?: string;
    }
  | ({
      readonly type: 'copy';
      readonly paths: readonly string[];
      readonly content: string;
      readonly follow?: boolean;
      readonly inPlace?: boolean;
    } & Attributes)
  /** A text in a file that is there (or, where that is so by default, is made). */
  | {readonly type: 'edit'; readonly paths: readonly string[]; readonly edit: Edit}
  /** A directory of ours, by number, with all below it. */
  | {readonly type: 'tree'; readonly paths: readonly string[]; readonly tree: number; readonly mode?: string}
  | {
      readonly type: 'recurse';
      readonly paths: readonly string[];
      readonly mode: string;
      readonly owner?: string;
    }
  | {
      readonly type: 'user';
      readonly state: 'present' | 'absent';
      readonly shell?: string;
      readonly comment?: string;
      readonly home?: boolean;
    }
  | {readonly type: 'group'; readonly state: 'present' | 'absent'; readonly gid?: number}
  /** The file of the case's own unit: a service of this sort, or none. */
  | {readonly type: 'unit-file'; readonly sort: 'oneshot' | 'lasting' | 'none'}
  | {
      readonly type: 'unit';
      readonly state?: 'started' | 'stopped' | 'restarted';
      readonly enabled?: boolean;
    }
  | SystemDeed
  | {readonly type: 'flush'};

/** A task: its deed, and when it is done. */
export interface Step {
  readonly deed: Deed;
  readonly when?: Condition;
  /** Number of the handler. */
  readonly notify?: number;
  /** Steps beside one another that have one are a block, and each in this part of it. */
  readonly part?: 'block' | 'rescue' | 'always';
}

/** Over the results of tasks before this one (counted back, modulo how many there are), or over a variable. */
export type Condition =
  | {readonly about: 'result'; readonly back: number; readonly field: string; readonly negated: boolean}
  | {readonly about: 'variable'; readonly negated: boolean};

/** A playbook over a world of its own. */
export interface Case {
  readonly entries: readonly Entry[];
  readonly steps: readonly Step[];
  readonly variable: boolean;
}

const path = fc.oneof(
  {weight: 1, arbitrary: fc.constantFrom(...paths.slice(0, 3))},
  {weight: 2, arbitrary: fc.constantFrom(...paths)},
);
const somePaths = fc.oneof(
  {weight: 6, arbitrary: path.map((one) => [one])},
  {weight: 1, arbitrary: fc.uniqueArray(path, {minLength: 2, maxLength: 3})},
);
const mode = fc.constantFrom('0644', '0600', '0755', '0700', '02755', '04755', '01777');
const modeAsked = fc.oneof(mode, fc.constantFrom('u=rwx,go=rx', 'u+x', 'go-rwx', 'g+s'));
const line = fc.constantFrom('one', 'two', 'three', '', 'ünï', ' spaces ', "'quoted' $HOME `x`", '\\n');
const content = fc.oneof(
  fc.array(line, {maxLength: 6}).map((lines) => lines.map((text) => `${text}\n`).join('')),
  fc.constantFrom('', 'no newline at its end', 'one\r\ntwo\r\n'),
);
const owner = fc.constantFrom('root', 'pi', '20002');
const ownOwner = fc.constantFrom('root', '%', '%');
const follow = fc.boolean();
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, {nil: undefined, freq: 2});

/** Without the fields that are not given. */
function record<T extends object>(fields: {[K in keyof T]-?: fc.Arbitrary<T[K]>}): fc.Arbitrary<T> {
  return fc
    .record(fields)
    .map(
      (value) =>
        Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as unknown as T,
    );
}

const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({type: fc.constant('directory' as const), path, mode: mode, setgid: fc.boolean()}),
  },
  {weight: 4, arbitrary: fc.record({type: fc.constant('file' as const), path, content, mode})},
  {
    weight: 3,
    arbitrary: fc.record({type: fc.constant('link' as const), path, target: fc.constantFrom(...targets)}),
  },
);

function pathDeed(owner: fc.Arbitrary<string>): fc.Arbitrary<Deed> {
  const attributes = {mode: maybe(modeAsked), owner: maybe(owner), group: maybe(owner)};
  return fc.oneof(
    {weight: 3, arbitrary: record<Deed>({type: fc.constant('absent'), paths: somePaths} as never)},
    {
      weight: 4,
      arbitrary: record<Deed>({
        type: fc.constant('directory'),
        paths: somePaths,
        follow: maybe(follow),
        ...attributes,
      } as never),
    },
    {
      weight: 2,
      arbitrary: record<Deed>({
        type: fc.constant('attributes'),
        paths: somePaths,
        follow: maybe(follow),
        ...attributes,
      } as never),
    },
    {
      weight: 4,
      arbitrary: record<Deed>({
        type: fc.constant('link'),
        paths: somePaths,
        target: fc.constantFrom(...targets),
        force: maybe(fc.boolean()),
        owner: maybe(owner),
      } as never),
    },
    {
      weight: 7,
      arbitrary: record<Deed>({
        type: fc.constant('copy'),
        paths: somePaths,
        content,
        follow: maybe(follow),
        inPlace: maybe(fc.boolean()),
        ...attributes,
      } as never),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('edit' as const),
        paths: somePaths,
        edit: fc.constantFrom(...edits),
      }),
    },
    {
      weight: 2,
      arbitrary: record<Deed>({
        type: fc.constant('tree'),
        paths: somePaths,
        tree: fc.nat(trees.length - 1),
        mode: maybe(fc.constantFrom('0640', 'u=rwX,go=rX')),
      } as never),
    },
    {
      weight: 1,
      arbitrary: record<Deed>({
        type: fc.constant('recurse'),
        paths: somePaths,
        mode: fc.constantFrom('u=rwX,g=rX,o=', 'go-w'),
        owner: maybe(owner),
      } as never),
    },
    {weight: 1, arbitrary: fc.constant<Deed>({type: 'flush'})},
  );
}

const accountDeed: fc.Arbitrary<Deed> = fc.oneof(
  record<Deed>({
    type: fc.constant('user'),
    state: fc.constantFrom('present', 'present', 'absent'),
    shell: maybe(fc.constantFrom('/bin/sh', '/usr/sbin/nologin')),
    comment: maybe(fc.constantFrom('made by a test', '')),
    home: maybe(fc.constant(true)),
  } as never),
  record<Deed>({
    type: fc.constant('group'),
    state: fc.constantFrom('present', 'present', 'absent'),
  } as never),
);

const condition: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      about: fc.constant('result' as const),
      back: fc.nat(5),
      field: fc.constantFrom('changed', 'failed', 'skipped'),
      negated: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({about: fc.constant('variable' as const), negated: fc.boolean()}),
  },
);

function step(deed: fc.Arbitrary<Deed>): fc.Arbitrary<Step> {
  return record<Step>({
    deed,
    when: fc.option(condition, {nil: undefined, freq: 4}),
    notify: fc.option(fc.nat(1), {nil: undefined, freq: 4}),
    part: fc.option(fc.constantFrom('block', 'block', 'block', 'rescue', 'always'), {
      nil: undefined,
      freq: 1,
    }),
  } as never);
}

function caseOf(deed: fc.Arbitrary<Deed>, entries: fc.Arbitrary<Entry>): fc.Arbitrary<Case> {
  return fc.record({
    entries: fc.array(entries, {maxLength: 10, size: 'max'}),
    steps: fc.array(step(deed), {minLength: 1, maxLength: 7, size: 'max'}),
    variable: fc.boolean(),
  });
}

/** Files, directories and links only. */
export const pathCase: fc.Arbitrary<Case> = caseOf(pathDeed(owner), entry);

/** With a user and a group of the case's own. */
export const accountCase: fc.Arbitrary<Case> = caseOf(
  fc.oneof({weight: 3, arbitrary: pathDeed(ownOwner)}, {weight: 2, arbitrary: accountDeed}),
  fc.oneof(
    {weight: 8, arbitrary: entry},
    {weight: 1, arbitrary: fc.constantFrom<Entry>({type: 'user'}, {type: 'group'})},
  ),
);

const unitDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    type: fc.constant('unit-file' as const),
    sort: fc.constantFrom('oneshot' as const, 'oneshot' as const, 'lasting' as const, 'none' as const),
  }),
  record<Deed>({
    type: fc.constant('unit'),
    state: maybe(fc.constantFrom('started', 'started', 'stopped', 'restarted')),
    enabled: maybe(fc.boolean()),
  } as never),
);

/** With a unit of the case's own; for hosts that systemd runs on. */
export const unitCase: fc.Arbitrary<Case> = caseOf(
  fc.oneof({weight: 3, arbitrary: unitDeed}, {weight: 1, arbitrary: pathDeed(owner)}),
  entry,
);

const systemEntry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('mount' as const),
      path: fc.constantFrom('m', 'n'),
      options: fc.constantFrom('size=64k', 'noexec,size=128k'),
      inTable: fc.boolean(),
    }),
  },
  {weight: 1, arbitrary: fc.record({type: fc.constant('cron' as const), inFile: fc.boolean()})},
  {weight: 2, arbitrary: entry},
);

/** With mounts, entries of a crontab and settings of the kernel. */
export const systemCase: fc.Arbitrary<Case> = caseOf(
  fc.oneof({weight: 3, arbitrary: systemDeed}, {weight: 1, arbitrary: pathDeed(owner)}),
  systemEntry,
);

/** Of one package, which may be there already. */
export const packageCase: fc.Arbitrary<Case> = fc.record({
  entries: fc.array(fc.constant<Entry>({type: 'package'}), {maxLength: 1}),
  steps: fc.array(step(packageDeed), {minLength: 1, maxLength: 3, size: 'max'}),
  variable: fc.boolean(),
});

/** With mounts only. */
export const mountCase: fc.Arbitrary<Case> = caseOf(
  fc.oneof({weight: 2, arbitrary: mountDeed}, {weight: 1, arbitrary: pathDeed(owner)}),
  entry,
);

/** Where nothing is above or below another. */
const apartPaths = ['a/1', 'a/2', 'b/1', 'b/2', 'c/1', 'c/2'] as const;
const folders: readonly Entry[] = ['a', 'b', 'c'].map((one) => ({
  type: 'directory',
  path: one,
  mode: '0755',
  setgid: false,
}));

/** Each task has a path of its own, and nothing hangs on what another does: a second run must be empty. */
export const calmCase: fc.Arbitrary<Case> = caseOf(pathDeed(owner), entry).map(
  ({entries, steps, variable}) => ({
    entries: [
      ...folders,
      ...entries.map((one, index) => ('path' in one ? {...one, path: apartAt(index)} : one)),
    ],
    steps: steps.slice(0, apartPaths.length).map(({when, ...one}, index) => ({
      ...one,
      deed: 'paths' in one.deed ? {...one.deed, paths: [apartAt(index)]} : one.deed,
      ...(when?.about === 'variable' ? {when} : {}),
    })),
    variable,
  }),
);

function apartAt(index: number): string {
  return apartPaths[index % apartPaths.length] ?? 'a/1';
}
