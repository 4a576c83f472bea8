import fc from 'fast-check';
import type {Case, Condition, Deed, Entry, Step} from './case.ts';
import {entry, maybe, owner, ownOwner, pathDeed, record} from './paths.ts';
import {mountDeed, packageDeed, systemDeed} from './system.ts';

const accountDeed: fc.Arbitrary<Deed> = fc.oneof(
  record<Deed>({
    type: fc.constant('user'),
    state: fc.constantFrom('present', 'present', 'absent'),
    shell: maybe(fc.constantFrom('/bin/sh', '/usr/sbin/nologin')),
    comment: maybe(fc.constantFrom('made by a test', '')),
    home: maybe(fc.constant(true)),
    groups: maybe(fc.subarray(['games', '&'])),
    append: maybe(fc.constant(false)),
  } as never),
  record<Deed>({
    type: fc.constant('group'),
    state: fc.constantFrom('present', 'present', 'absent'),
    second: maybe(fc.constant(true)),
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
    sort: fc.constantFrom('oneshot', 'oneshot', 'lasting', 'static', 'mask', 'none', 'none') as fc.Arbitrary<
      Extract<Deed, {type: 'unit-file'}>['sort']
    >,
  }),
  record<Deed>({
    type: fc.constant('unit'),
    state: maybe(fc.constantFrom('started', 'started', 'stopped', 'restarted')),
    enabled: maybe(fc.boolean()),
    masked: fc.option(fc.boolean(), {nil: undefined, freq: 1}),
  } as never),
);

/** With a unit of the case's own; for hosts that systemd runs on. */
export const unitCase: fc.Arbitrary<Case> = caseOf(
  fc.oneof({weight: 3, arbitrary: unitDeed}, {weight: 1, arbitrary: pathDeed(owner)}),
  fc.oneof(
    {weight: 1, arbitrary: fc.constant<Entry>({type: 'packaged-unit'})},
    {weight: 4, arbitrary: entry},
  ),
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
      ...entries
        .filter(({type}) => type !== 'twin')
        .map((one, index) => ('path' in one ? {...one, path: apartAt(index)} : one)),
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
