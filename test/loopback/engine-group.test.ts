import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type AnyModule, type Catalogue, catalogue, type GroupView} from '../../src/modules/index.ts';
import {pathRef, pathWant} from '../../src/resources/index.ts';
import {rawScript} from '../../src/shell/index.ts';
import {type Play, textOf} from './engine.ts';
import {severalHosts} from './several-hosts.ts';

const names = ['sense', 'wallpi', 'frontpi'] as const;
const several = severalHosts(names);

interface Arguments {
  readonly own: string;
  readonly log: string;
}

/** Who has its own file is the leader. */
function leaderIn({members}: GroupView, {own}: Arguments): string | undefined {
  const present = (name: string): boolean => {
    const file = path.join(path.dirname(own), name);
    return members.get(name)?.get(pathRef(file)).status === 'present';
  };
  return [...members.keys()].find(present);
}

const lastLeader = (args: Arguments, group: GroupView): readonly string[] => {
  const leader = leaderIn(group, args);
  return [...group.members.keys()].toSorted((a, b) => Number(a === leader) - Number(b === leader));
};

/** Makes the file of one member where none has its own: the first. */
const elect: AnyModule = {
  type: 'state',
  name: 'elect',
  summary: 'for this test',
  scope: 'group',
  reads: ({own}: Arguments) => [pathRef(own)],
  want: (args: Arguments, _seen, _inputs, {group}) => {
    if (!group) throw new Error('a module of scope group has a group');
    const first = leaderIn(group, args) ?? [...group.members.keys()][0];
    return group.self === first ? [pathWant(args.own, {type: 'directory'})] : [];
  },
};

/** Writes its name into a log, the leader last; fails where there is a file of the name `bad-HOST`. */
const roll: AnyModule = {
  type: 'action',
  name: 'roll',
  summary: 'for this test',
  scope: 'group',
  readOnly: () => false,
  reads: ({own}: Arguments) => [pathRef(own)],
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),
  order: lastLeader,
  act: async ({own, log}: Arguments, ports) => {
    const bad = path.join(path.dirname(own), `bad-${path.basename(own)}`);
    const script = rawScript(`[ ! -e ${bad} ] && sleep 0.05 && echo ${path.basename(own)} >>${log}`);
    const {exitCode} = await ports.run(script, 10_000);
    return {changed: true, result: {}, ...(exitCode === 0 ? {} : {failed: 'it is bad'})};
  },
};

/** Says what each member was told, by the first of them. */
const repeat: AnyModule = {
  type: 'state',
  name: 'repeat',
  summary: 'for this test',
  scope: 'group',
  want: (_args, _seen, _inputs, {group}) => ({
    refused: [...(group?.told ?? [])]
      .map(([name, {own}]) => `${name}: ${path.basename(String(own))}`)
      .join(', '),
  }),
};

function modules(): Catalogue {
  const known = new Map(catalogue().modules);
  for (const module of [elect, roll, repeat]) {
    const schema = {type: 'object', properties: {own: {type: 'string'}, log: {type: 'string'}}} as const;
    known.set(module.name, {module, args: {schema, validate: () => true}});
  }
  return {modules: known};
}

const at = several.at;
const task = (name: string, more: Play = {}): Play => ({
  name,
  [name]: {own: `${several.place}/{{ inventory_hostname }}`, log: at('log')},
  ...more,
});
const run = (tasks: readonly Play[], mode: 'run' | 'check' = 'run') =>
  several.bench.start({tasks}, {mode}, modules()).ended;

describe('a module of scope group', () => {
  it('decides once for all, with the state of each in view, in check mode as in the run', async () => {
    const predicted = await run([task('elect')], 'check');
    expect(predicted.statuses.toSorted()).toEqual([
      'frontpi elect: ok',
      'sense elect: would-change',
      'wallpi elect: ok',
    ]);
    expect(readdirSync(several.place)).toEqual([]);
    const ran = await run([task('elect')]);
    expect([ran.attributes, readdirSync(several.place)]).toEqual([predicted.attributes, ['sense']]);
    expect((await run([task('elect')])).statuses.every((line) => line.endsWith('ok'))).toBe(true);
  });

  it('changes the members one after the other, in its own order', async () => {
    mkdirSync(at('sense'));
    const ran = await run([task('roll')]);
    expect(textOf(at('log'))).toBe('wallpi\nfrontpi\nsense\n');
    expect(ran.summary.exitCode).toBe(0);
  });

  it('lets who had its turn go on with the last, so that it may wait for the others', async () => {
    const all = `n=0; until [ "$(wc -l <${at('log')})" = 3 ]; do n=$((n+1)); [ $n -lt 100 ] || exit 1; sleep 0.02; done`;
    const ran = await run([task('roll'), {name: 'wait', shell: all}]);
    expect(ran.summary.exitCode).toBe(0);
  });

  it('knows what its task tells each of them', async () => {
    const ran = await run([task('repeat')]);
    expect(ran.tasks.find(({host}) => host === 'sense')?.message).toBe(
      'sense: sense, wallpi: wallpi, frontpi: frontpi',
    );
    expect(ran.summary.exitCode).toBe(1);
  });

  it.each([
    ['always', [{name: 'after', debug: {msg: 'after'}}]],
    ['rescue', [{name: 'after', debug: {msg: 'after'}}]],
  ])('changes none after one that failed in a block with %s', async (kind, tasks) => {
    writeFileSync(at('bad-wallpi'), '');
    const ran = await run([{name: 'block', block: [task('roll')], [kind]: tasks}]);
    expect(textOf(at('log'))).toBe('sense\n');
    expect(ran.statuses.filter((line) => line.includes('roll')).toSorted()).toEqual([
      'frontpi roll: failed',
      'sense roll: changed',
      'wallpi roll: failed',
    ]);
  });

  it('changes none after one that failed', async () => {
    writeFileSync(at('bad-wallpi'), '');
    const ran = await run([task('roll')]);
    expect(textOf(at('log'))).toBe('sense\n');
    expect(ran.statuses.toSorted()).toEqual([
      'frontpi roll: failed',
      'sense roll: changed',
      'wallpi roll: failed',
    ]);
    expect(ran.tasks.find(({host}) => host === 'frontpi')?.message).toBe(
      'not done, because it failed on wallpi, which was to come before',
    );
    expect(ran.summary.exitCode).toBe(2);
  });
});
