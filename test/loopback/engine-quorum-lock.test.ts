import {existsSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {appears, Bench, type Play, shell, textOf} from './engine.ts';
import {severalHosts} from './several-hosts.ts';

const names = ['sense', 'wallpi', 'frontpi'] as const;
const several = severalHosts(names);

const at = several.at;

/** A file on each host, and a handler that restarts what reads it. */
const settled = (restart: string): Play => ({
  quorum: true,
  tasks: [
    {
      name: 'settings',
      copy: {content: '{{ inventory_hostname }}\n', dest: `${several.place}/{{ inventory_hostname }}`},
      notify: 'restart',
    },
  ],
  handlers: [shell('restart', restart)],
});

describe('what costs a quorum', () => {
  it('is not done while another run works on a host that --limit leaves out', async () => {
    const first = several.bench.start({
      hosts: 'wallpi',
      tasks: [shell('slow', `touch ${at('began')}; while ! [ -e ${at('go')} ]; do sleep 0.02; done`)],
    });
    await appears(at('began'), first);
    const play = settled(`touch ${at('restarted')}`);
    const refused = await several.bench.run(play, {limit: 'sense', playbook: 'second.yml'});
    expect(existsSync(at('restarted'))).toBe(false);
    expect(refused.statuses).toEqual(['sense settings: changed', 'sense restart: failed']);
    expect(refused.message('restart')).toMatch(/^another run is changing wallpi: run \S+ of play\.yml by /);
    // Something was changed, and its handler is owed: to come again is not enough of an answer.
    expect([refused.owed.length, refused.summary.exitCode]).toEqual([1, 2]);
    writeFileSync(at('go'), '');
    await first.ended;
    const again = await several.bench.run(play, {limit: 'sense', playbook: 'second.yml'});
    expect([existsSync(at('restarted')), again.owed, again.summary.exitCode]).toEqual([true, [], 0]);
  });

  it('keeps every other run from the other hosts until it has ended', async () => {
    const slow = `touch ${at('began')}; while ! [ -e ${at('go')} ]; do sleep 0.02; done`;
    const first = several.bench.start(settled(slow), {limit: 'sense'});
    await appears(at('began'), first);
    const second = await several.bench.run(
      {hosts: 'frontpi', tasks: [shell('change', `touch ${at('changed')}`)]},
      {playbook: 'second.yml'},
    );
    expect([second.statuses, second.summary.exitCode]).toEqual([['frontpi change: failed'], 5]);
    expect(existsSync(at('changed'))).toBe(false);
    writeFileSync(at('go'), '');
    const {summary} = await first.ended;
    expect([summary.exitCode, Object.keys(summary.hosts)]).toEqual([0, ['sense']]);
  });

  it('is never done by two runs at once that are limited to different hosts', async () => {
    const log = at('log');
    const restart = `echo begin >>${log}; sleep 0.3; echo end >>${log}`;
    const ran = await Promise.all(
      names.map((limit) => several.bench.start(settled(restart), {limit, playbook: `${limit}.yml`}).ended),
    );
    const done = ran.filter(({owed}) => owed.length === 0).length;
    expect(existsSync(log) ? textOf(log) : '').toBe('begin\nend\n'.repeat(done));
    for (const {owed, summary} of ran) expect(summary.exitCode).toBe(owed.length === 0 ? 0 : 2);
    for (const limit of names) {
      const {owed, summary} = await several.bench.run(settled(restart), {limit, playbook: `${limit}.yml`});
      expect([owed, summary.exitCode]).toEqual([[], 0]);
    }
    expect(textOf(log)).toBe('begin\nend\n'.repeat(names.length));
  });

  it('is done beside hosts that --limit leaves out and that cannot be reached, which is said', async () => {
    const other = new Bench(several.rings, {sense: {}, wallpi: {port: 1}, frontpi: {}});
    const ran = await other.run(settled('true'), {limit: 'sense'});
    expect(ran.statuses).toEqual(['sense settings: changed', 'sense restart: changed']);
    expect(ran.notes).toHaveLength(1);
    expect(ran.notes[0]).toMatch(
      /^wallpi is not held, and another run may be at work there, on the same cluster: /,
    );
    expect(ran.summary.exitCode).toBe(0);
    other.remove();
  });

  it('asks nothing of the other hosts where nothing has to be restarted', async () => {
    const other = new Bench(several.rings, {sense: {}, wallpi: {port: 1}, frontpi: {port: 1}});
    const ran = await other.run(
      {...settled('true'), handlers: [shell('restart', 'true', {when: false})]},
      {limit: 'sense'},
    );
    expect([ran.notes, ran.summary.exitCode]).toEqual([[], 0]);
    other.remove();
  });
});
