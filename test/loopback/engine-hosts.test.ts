import {existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {appears, Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

const names = ['sense', 'wallpi', 'frontpi'] as const;
const shells = ['dash', 'busybox', 'bash'] as const;
let rings: readonly Ring[] = [];
let bench: Bench;
/** On this machine, which all three hosts share: a directory for each test, and in it one for each host. */
let shared = '';
let place = '';
let count = 0;

beforeAll(async () => {
  rings = await Promise.all(shells.map((name) => startRing({shell: name})));
  shared = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-hosts-')));
  bench = new Bench(ringsByName());
});

beforeEach(() => {
  place = path.join(shared, `test-${count++}`);
  for (const name of names) mkdirSync(path.join(place, name), {recursive: true});
});

afterAll(async () => {
  bench?.remove();
  rmSync(shared, {recursive: true, force: true});
  await Promise.all(rings.map((ring) => ring.stop()));
});

const at = (...parts: readonly string[]): string => path.join(place, ...parts);
/** One file on each host. */
const copy = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: '{{ inventory_hostname }}\n', dest: `${place}/{{ inventory_hostname }}/${name}`},
  ...more,
});
const look = (name: string, script: string, more: Play = {}): Play =>
  shell(name, script, {reads_only: true, changed_when: false, ...more});
const made = (): readonly string[] =>
  names.flatMap((name) => readdirSync(at(name)).map((file) => `${name}/${file}`));
const sorted = (lines: readonly string[]): readonly string[] => [...lines].sort();
const unreachable = {sense: {}, wallpi: {port: 1}};

describe('a host that is not reached', () => {
  it('leaves the others to go on', async () => {
    const other = new Bench(ringsByName(), unreachable);
    const ran = await other.run({tasks: [copy('a')]});
    expect(sorted(ran.statuses)).toEqual(['frontpi a: changed', 'sense a: changed']);
    expect(ran.events).toContainEqual(
      expect.objectContaining({
        type: 'host',
        host: 'wallpi',
        status: 'unreachable',
        reason: expect.stringContaining('port 1'),
      }),
    );
    expect(ran.summary).toMatchObject({exitCode: 4, hosts: {wallpi: {unreachable: 1}, sense: {changed: 1}}});
    const failing = await other.run({tasks: [shell('bad', 'exit 1')]});
    expect(failing.summary.exitCode).toBe(6);
    other.remove();
  });

  it('keeps a play over a quorum from beginning', async () => {
    const other = new Bench(ringsByName(), unreachable);
    const ran = await other.run({name: 'Vault', quorum: true, tasks: [copy('a')]});
    expect([ran.statuses, ran.summary.exitCode, made()]).toEqual([[], 4, []]);
    expect(ran.notes).toEqual([
      'Vault: nothing was done, because wallpi takes no part, and this play is over a quorum',
    ]);
    other.remove();
  });
});

/** Journals and backups. */
function keptOn(ring: Ring): readonly string[] {
  const folder = path.join(ring.directory, 'var-lib/vprov');
  return existsSync(folder) ? (readdirSync(folder, {recursive: true}) as string[]).toSorted() : [];
}

function ringsByName(): Readonly<Record<string, Ring>> {
  return Object.fromEntries(names.map((name, index) => [name, rings[index] as Ring]));
}

describe('a play over a quorum', () => {
  const refusing = (last: Play = copy('a')): Play => ({
    quorum: true,
    tasks: [
      look('ask', 'echo {{ inventory_hostname }}', {register: 'r'}),
      {
        name: 'allowed',
        assert: {that: "r.stdout != 'wallpi'", fail_msg: 'not as it should be'},
        when: 'r.rc == 0',
      },
      last,
    ],
  });

  it.each(['check', 'run'] as const)(
    'in %s mode changes nothing anywhere when one host refuses',
    async (mode) => {
      const ran = await bench.run(refusing(), {mode, forks: 1});
      expect(made()).toEqual([]);
      expect(sorted(ran.statuses.filter((line) => !line.includes('ask')))).toEqual([
        'frontpi allowed: ok',
        'sense allowed: ok',
        'wallpi allowed: failed',
      ]);
      expect(sorted(ran.notes)).toEqual(
        Array(2).fill('nothing was done, because wallpi failed, and this play is over a quorum'),
      );
      expect(ran.summary).toMatchObject({
        exitCode: 1,
        hosts: {wallpi: {failed: 1}, sense: {failed: 0, changed: 0}, frontpi: {changed: 0}},
      });
    },
  );

  it('is stopped by a failure too, with another exit code, and before a command or a mark', async () => {
    const bad = look('bad', '[ {{ inventory_hostname }} != sense ]');
    const kept = rings.map(keptOn);
    const ran = await bench.run({
      quorum: true,
      tasks: [bad, shell('change', `touch ${place}/{{ inventory_hostname }}/x`, {notify: 'h'})],
      handlers: [shell('h', 'true')],
    });
    expect([made(), ran.summary.exitCode, ran.owed]).toEqual([[], 2, []]);
    expect(rings.map(keptOn)).toEqual(kept);
  });

  it.each<readonly [string, Play, Play]>([
    ['a task that one host does for all', {debug: {msg: 'x'}, run_once: true}, {}],
    ['a command that one host does for all', look('once', 'true', {run_once: true}), {}],
    ['hosts that keep step', {debug: {msg: 'x'}}, {strategy: 'linear'}],
  ])('does not begin where a host fails after %s', async (_, between, more) => {
    const ran = await bench.run({
      quorum: true,
      ...more,
      tasks: [
        copy('a', {when: "inventory_hostname == 'frontpi'"}),
        between,
        {name: 'bad', fail: {msg: 'no'}, when: "inventory_hostname == 'wallpi'"},
        copy('b'),
      ],
    });
    expect([made(), ran.summary.exitCode]).toEqual([[], 1]);
  });

  it.each<readonly [string, Play]>([
    ['throttle', {throttle: 1}],
    ['the host that it is delegated to', {delegate_to: 'sense'}],
  ])('does not begin where a host that waits for a turn (%s) would be refused', async (_, more) => {
    const at = (mode: string) => ({
      name: 'a',
      copy: {
        content: 'x',
        dest: `${place}/{{ ternary (eq inventory_hostname 'wallpi') 'nowhere' inventory_hostname }}/a`,
        mode,
      },
      ...more,
    });
    for (const mode of ['check', 'run'] as const) {
      const ran = await bench.run({quorum: true, tasks: [at('0600')]}, {mode});
      expect([made(), ran.summary.exitCode]).toEqual([[], 1]);
      expect(sorted(ran.statuses)).toEqual(['wallpi a: failed']);
    }
  });

  it('does, one after the other, what waits for a turn and was planned', async () => {
    const tasks = [copy('a', {throttle: 1, notify: 'h'}), copy('b', {delegate_to: 'sense'})];
    const handlers = [copy('h')];
    const ran = await bench.run({quorum: true, tasks, handlers});
    expect(sorted(made())).toEqual(
      sorted(names.flatMap((name) => ['a', 'b', 'h'].map((file) => `${name}/${file}`))),
    );
    expect([ran.summary.exitCode, ran.owed]).toEqual([0, []]);
    const again = await bench.run({quorum: true, tasks, handlers});
    expect(again.statuses.every((line) => line.endsWith(': ok'))).toBe(true);
  });

  it('lets one host change for all, when all have come to their first change', async () => {
    const once = shell('once', `touch ${place}/sense/once`, {run_once: true});
    const ran = await bench.run({quorum: true, tasks: [once, copy('b')]});
    expect([sorted(made()), ran.summary.exitCode]).toEqual([
      ['frontpi/b', 'sense/b', 'sense/once', 'wallpi/b'],
      0,
    ]);
  });

  it('without it does not care', async () => {
    const ran = await bench.run({...refusing(), quorum: false});
    expect(sorted(made())).toEqual(['frontpi/a', 'sense/a']);
    expect(ran.summary.exitCode).toBe(2);
  });

  it('waits for the slowest, and goes on when hosts fail after the first change', async () => {
    const running = bench.start(
      {
        quorum: true,
        tasks: [
          look(
            'slow',
            `[ {{ inventory_hostname }} != sense ] || while ! [ -e ${at('go')} ]; do sleep 0.02; done`,
          ),
          copy('a'),
          shell('late', '[ {{ inventory_hostname }} != wallpi ]'),
          copy('b'),
        ],
      },
      {forks: 2},
    );
    const waiting = (): readonly string[] =>
      running.events.flatMap((event) =>
        event.type === 'task-start' && event.task.name === 'a' ? [event.host] : [],
      );
    await expect.poll(waiting).toHaveLength(2);
    expect(made()).toEqual([]);
    writeFileSync(at('go'), '');
    const ran = await running.ended;
    expect(sorted(made())).toEqual(['frontpi/a', 'frontpi/b', 'sense/a', 'sense/b', 'wallpi/a']);
    expect([ran.summary.exitCode, ran.notes]).toEqual([2, []]);
  });

  it('can be interrupted while hosts wait for one another', async () => {
    const running = bench.start({
      quorum: true,
      tasks: [
        look(
          'slow',
          `[ {{ inventory_hostname }} != sense ] || while ! [ -e ${at('go')} ]; do sleep 0.02; done`,
        ),
        copy('a'),
      ],
    });
    const starts = (): number =>
      running.events.filter((event) => event.type === 'task-start' && event.task.name === 'a').length;
    await expect.poll(starts).toBe(2);
    running.soft.abort();
    writeFileSync(at('go'), '');
    const ran = await running.ended;
    expect([made(), ran.summary.exitCode]).toEqual([[], 130]);
  });

  it('changes nothing anywhere while another run holds the lock of one host', async () => {
    const first = bench.start({
      hosts: 'wallpi',
      tasks: [shell('slow', `touch ${at('began')}; while ! [ -e ${at('go')} ]; do sleep 0.02; done`)],
    });
    await appears(at('began'), first);
    const ran = await bench.run({quorum: true, tasks: [copy('a')]}, {playbook: 'second.yml'});
    writeFileSync(at('go'), '');
    await first.ended;
    expect([made(), ran.statuses, ran.summary.exitCode]).toEqual([[], ['wallpi a: failed'], 5]);
    expect(ran.notes).toHaveLength(2);
  });

  it('runs its handlers on one host at a time, and on no other after one that failed', async () => {
    const log = at('log');
    const handler = (more: string): Play =>
      shell('restart', `echo begin >>${log}; sleep 0.1; echo end >>${log}${more}`);
    const play = (more: string): Play => ({
      quorum: true,
      tasks: [copy('a', {notify: 'restart'})],
      handlers: [handler(more)],
    });
    const failed = await bench.run(play('; exit 1'));
    expect(textOf(log)).toBe('begin\nend\n');
    expect(failed.statuses.filter((line) => line.includes('restart'))).toHaveLength(1);
    const [culprit] = failed.statuses
      .filter((line) => line.endsWith('restart: failed'))
      .map((line) => line.split(' ')[0]);
    expect(failed.notes).toEqual(
      Array(2).fill(`not done, because it did not end well on ${culprit}, and this play is over a quorum`),
    );
    expect([failed.owed.length, failed.summary.exitCode]).toEqual([3, 2]);
    const repaired = await bench.run(play(''));
    expect(textOf(log)).toBe('begin\nend\n'.repeat(4));
    expect([repaired.summary.exitCode, repaired.owed]).toEqual([0, []]);
  });
});

describe('what hosts know of one another', () => {
  it('is in the inventory: --limit renders byte-identical files', async () => {
    bench.write(
      'group_vars/all.yml',
      JSON.stringify({vault_port: 8200, api: 'http://{{ inventory_hostname }}:{{ vault_port }}'}),
    );
    const play = (src: string): Play => ({
      tasks: [{name: 'peers', template: {src, dest: `${place}/{{ inventory_hostname }}/peers`}}],
    });
    bench.write(
      'templates/all.hbs',
      '{{#each groups.all}}{{ this }} {{ lookup (lookup @root.hostvars this) "api" }}\n{{/each}}',
    );
    const ran = await bench.run(play('all.hbs'));
    expect(sorted(ran.statuses)).toEqual(sorted(names.map((name) => `${name} peers: changed`)));
    expect(textOf(at('sense', 'peers'))).toBe(names.map((name) => `${name} http://${name}:8200\n`).join(''));
    const limited = await bench.run(play('all.hbs'), {limit: 'wallpi'});
    expect(limited.statuses).toEqual(['wallpi peers: ok']);
    expect(Object.keys(limited.summary.hosts)).toEqual(['wallpi']);
    bench.write('group_vars/all.yml', '{}');
  });
});

describe('hostvars', () => {
  const each = (what: string) => `{{#each play_hosts}}{{ this }}={{ ${what} }} {{/each}}`;
  const member = (name: string) => `lookup (lookup @root.hostvars this) "${name}"`;
  const learning = {
    name: 'learning',
    gather_facts: true,
    tasks: [
      {name: 'set', set_fact: {word: 'of {{ inventory_hostname }}'}},
      look('ask', 'echo {{ inventory_hostname }}', {register: 'answer'}),
    ],
  };

  it.each(['run', 'check'] as const)(
    'have in %s mode the facts of other hosts, and what they set and registered, in later plays',
    async (mode) => {
      const ran = await bench.run(
        [
          learning,
          {
            tasks: [
              {name: 'told', debug: each(member('word')), run_once: true},
              {name: 'asked', debug: each(`lookup (${member('answer')}) "stdout"`), run_once: true},
              {name: 'facts', debug: '{{ hostvars.wallpi.facts.kernel }}', run_once: true},
            ],
          },
        ],
        {mode},
      );
      expect(ran.message('told')).toBe('sense=of sense wallpi=of wallpi frontpi=of frontpi ');
      expect(ran.message('asked')).toBe('sense=sense wallpi=wallpi frontpi=frontpi ');
      expect(ran.message('facts')).toMatch(/^\d+\./);
    },
  );

  it('have nothing that is learned in the same play, which is found before anything is connected', async () => {
    const tasks = [
      ...learning.tasks,
      {name: 'early', debug: '{{ hostvars.wallpi.word }}'},
      {name: 'facts', debug: '{{ hostvars.wallpi.facts.kernel }}'},
    ];
    const ran = await bench.run({...learning, tasks});
    expect([ran.summary.exitCode, ran.tasks]).toEqual([1, []]);
    expect(ran.mistakes).toEqual([
      expect.stringContaining("has no 'word'"),
      expect.stringContaining("has no 'facts'"),
    ]);
  });

  it.each(['run', 'check'] as const)(
    'have in %s mode what commands here give to another host',
    async (mode) => {
      bench.write('host_vars/wallpi.yml', 'said: "{{ pipe \'echo hello\' }}"\n');
      const ran = await bench.run(
        {hosts: 'sense', tasks: [{name: 'told', debug: '{{ hostvars.wallpi.said }}'}]},
        {mode},
      );
      bench.write('host_vars/wallpi.yml', '{}');
      expect(ran.message('told')).toBe('hello');
    },
  );

  it('have no facts of a host that --limit leaves out', async () => {
    const later = {hosts: 'sense', tasks: [{name: 'facts', debug: '{{ hostvars.wallpi.facts.kernel }}'}]};
    const ran = await bench.run([learning, later], {limit: 'sense'});
    expect(ran.mistakes).toEqual([expect.stringContaining("has no 'facts'")]);
  });

  it('give -e the last word', async () => {
    const later = {hosts: 'sense', tasks: [{name: 'told', debug: '{{ hostvars.wallpi.word }}'}]};
    const ran = await bench.run([learning, later], {extraVars: [{text: 'word=mine'}]});
    expect(ran.message('told')).toBe('mine');
  });
});
