import {existsSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {appears, type Play, shell} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({shell: 'dash'}, {}, 'locked-');
const {at} = host;

describe('a run that another one locks out', () => {
  it('tells what is owed there', async () => {
    const play = (tasks: readonly Play[]): Play => ({
      tasks,
      handlers: [shell('restart', `touch ${at('restarted')}`)],
    });
    const first = {name: 'first', copy: {content: 'x', dest: at('first')}, notify: 'restart'};
    const owing = await host.bench.run(play([first, shell('bad', 'exit 1')]));
    expect(owing.owed.map(({handler}) => handler)).toEqual(['restart']);

    const other = {
      playbook: 'other.yml',
    };
    const holder = host.bench.start(
      {
        name: 'holder',
        tasks: [shell('hold', `touch ${at('holds')}; until [ -e ${at('free')} ]; do :; done`)],
      },
      other,
    );
    await appears(at('holds'), holder);
    const second = {name: 'second', copy: {content: 'x', dest: at('second')}, notify: 'restart'};
    const locked = await host.bench.run(play([second]));
    // Nothing to be changed but by the handler itself.
    const only = await host.bench.run(play([]));
    writeFileSync(at('free'), '');
    await holder.ended;
    expect(locked.message('second')).toContain('another run is changing wallpi');
    expect(existsSync(at('second'))).toBe(false);
    expect(only.owed).toEqual([expect.objectContaining({host: 'wallpi', handler: 'restart'})]);
    expect(only.summary.exitCode).not.toBe(0);
    expect(existsSync(at('restarted'))).toBe(false);
    expect(locked.owed).toEqual([expect.objectContaining({host: 'wallpi', handler: 'restart'})]);
    expect((await host.bench.run(play([]))).statuses).toEqual(['restart: changed']);
  });

  it('leaves to the other what that has notified', async () => {
    const play = (tasks: readonly Play[]): Play => ({
      tasks,
      handlers: [shell('restart', `touch ${at('restarted')}`)],
    });
    const holder = host.bench.start(
      play([
        {name: 'notifies', copy: {content: 'x', dest: at('notifies')}, notify: 'restart'},
        shell('hold', `touch ${at('holds')}; until [ -e ${at('free')} ]; do :; done`),
      ]),
    );
    await appears(at('holds'), holder);
    const second = await host.bench.run(play([{name: 'second', copy: {content: 'x', dest: at('second')}}]));
    // Nothing to be changed but by the handler, which the other will run.
    const only = await host.bench.run(play([]));
    writeFileSync(at('free'), '');
    const ended = await holder.ended;
    for (const locked of [second, only]) {
      expect([locked.owed, locked.summary.hosts.wallpi?.owed, locked.summary.exitCode]).toEqual([[], 0, 5]);
      expect(existsSync(at('second'))).toBe(false);
    }
    expect(ended.statuses).toContain('restart: changed');
  });
});
