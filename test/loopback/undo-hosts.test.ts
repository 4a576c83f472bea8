import {readdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Play, type Ran, shell} from './engine.ts';
import {severalHosts} from './several-hosts.ts';

const names = ['sense', 'wallpi', 'frontpi'] as const;
const several = severalHosts(names);
const records = (): string => path.join(several.bench.directory, '.vprov', 'runs');

const at = several.at;
const copy = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: name, dest: at(name)},
  ...more,
});

let aheadMs = 0;
function nextSeconds(): () => number {
  aheadMs += 2_000;
  const ownMs = aheadMs;
  return () => Date.now() + ownMs;
}
const run = (hosts: string, tasks: readonly Play[]) =>
  several.bench.run({hosts, tasks}, {records: records(), now: nextSeconds()});
const undoRun = (name: string, limit?: string) =>
  several.bench.undo(name, {records: records(), now: nextSeconds(), ...(limit === undefined ? {} : {limit})});

const undo = (limit?: string) => undoRun('last', limit);

describe('undo of what was delegated', () => {
  const tasks = (): readonly Play[] => [
    copy('own'),
    copy('there', {delegate_to: 'wallpi'}),
    shell('done', 'true', {delegate_to: 'frontpi'}),
  ];

  const notesOf = ({events}: Ran): readonly string[] =>
    events.flatMap((event) =>
      event.type === 'note'
        ? [event.host === undefined ? event.message : `${event.host}: ${event.message}`]
        : [],
    );

  it('is done where the change was made, and what lasts is told of the host that it was done on', async () => {
    await run('sense', tasks());
    const undone = await undo();
    expect(readdirSync(several.place)).toEqual([]);
    expect([...undone.statuses].sort()).toEqual(['sense own: changed', 'wallpi there: changed']);
    expect(notesOf(undone)).toEqual(['frontpi: not taken back: done (command)']);
    expect(undone.summary.exitCode).toBe(0);
  });

  it('is done on the hosts of the limit only, and tells where else it would be', async () => {
    await run('sense', tasks());
    const there = await undo('wallpi');
    expect([there.statuses, readdirSync(several.place)]).toEqual([['wallpi there: changed'], ['own']]);
    const first = (there.events[0] as {readonly undoes?: string}).undoes;
    expect(notesOf(there)).toEqual([
      `left out by --limit, and changed by that run: sense (vprov undo ${first} -l sense takes that back)`,
    ]);
    const own = await undoRun(first ?? '', 'sense');
    expect([own.statuses, readdirSync(several.place)]).toEqual([['sense own: changed'], []]);
  });

  it('takes nothing back of a host on which only commands were done, and says where there is something', async () => {
    await run('sense', tasks());
    const undone = await undo('frontpi');
    expect(undone.mistakes).toEqual([
      expect.stringContaining('did nothing on frontpi that undo takes back: done (command)'),
    ]);
    expect(undone.events).toContainEqual(
      expect.objectContaining({
        diagnostic: expect.objectContaining({hint: '--limit leaves out where it did: sense, wallpi'}),
      }),
    );
    expect([...readdirSync(several.place)].sort()).toEqual(['own', 'there']);
  });

  it('finds what each item of a loop, and one task for all, was delegated to', async () => {
    const everywhere = copy('{{ item }}', {
      name: 'each',
      copy: {content: 'x', dest: `${several.place}/{{ item }}`},
      loop: [...names],
      delegate_to: '{{ item }}',
      run_once: true,
    });
    await run('all', [everywhere]);
    const undone = await undo('wallpi:frontpi');
    expect([...undone.statuses].sort()).toEqual(['frontpi each: changed', 'wallpi each: changed']);
    expect(readdirSync(several.place)).toEqual(['sense']);
  });
});
