import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play, type Ran, shell} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let rings: readonly Ring[] = [];
let bench: Bench;
/** On this machine, which all hosts share. */
let shared = '';
let place = '';
let count = 0;

beforeAll(async () => {
  rings = await Promise.all((['dash', 'busybox', 'bash'] as const).map((name) => startRing({shell: name})));
  shared = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-growth-')));
  bench = new Bench({sense: ring(0), wallpi: ring(1)}, {wallpi: {board: 'zero'}, sense: {board: 'pi_4'}});
});

beforeEach(() => {
  place = path.join(shared, `test-${count++}`);
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  rmSync(shared, {recursive: true, force: true});
  await Promise.all(rings.map((one) => one.stop()));
});

function ring(index: number): Ring {
  const one = rings[index];
  if (!one) throw new Error(`there is no ring ${index}`);
  return one;
}

/** The third ring, which the inventory does not name. */
const address = (): Play => ({
  host: '127.0.0.1',
  port: ring(2).port,
  user: 'pi',
  private_key_file: ring(2).keyFile,
  known_hosts_file: ring(2).knownHostsFile,
});
const add = (name: string, more: Play = {}): Play => ({
  name: `add ${name}`,
  add_host: {name, ...address(), ...more},
});
const by = (key: string, more: Play = {}): Play => ({name: 'by', group_by: {key}, ...more});
const say = (msg: string, more: Play = {}): Play => ({name: 'say', debug: {msg}, ...more});
const write = (content: string): Play => ({
  name: 'write',
  copy: {content, dest: `${place}/{{ inventory_hostname }}`},
});
const written = (host: string): string => readFileSync(path.join(place, host), 'utf8');
const said = (ran: Ran): readonly string[] =>
  ran.tasks
    .filter(({task}) => task.name === 'say')
    .map(({host, message}) => `${host}: ${message}`)
    .sort();

describe('add_host', () => {
  it('adds a host that later plays reach, with its variables and groups', async () => {
    const plays = [
      {hosts: 'sense', tasks: [add('fresh', {groups: 'new, web', region: 'attic'})]},
      {hosts: 'new', tasks: [write('{{ region }} {{ json group_names }} {{ json groups.web }}')]},
    ];
    const ran = await bench.run(plays);
    expect(ran.mistakes).toEqual([]);
    expect(ran.statuses).toEqual(['sense add fresh: ok', 'fresh write: changed']);
    expect(ran.message('add fresh')).toBe('added fresh to new, web');
    expect(written('fresh')).toBe('attic ["new","web"] ["fresh"]');
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {fresh: {changed: 1}, sense: {ok: 1}}});
    const check = await bench.run(plays, {mode: 'check'});
    expect(check.statuses).toEqual(['sense add fresh: ok', 'fresh write: ok']);
  });

  it('is done once for all hosts of its batch, and registered by all', async () => {
    const ran = await bench.run({
      tasks: [
        add('fresh', {groups: ['new'], by: '{{ inventory_hostname }}', register: 'x'}),
        {name: 'add more', add_host: {name: 'extra-{{ item }}'}, loop: ['a', 'b'], register: 'added'},
        say('{{ json groups.all }} {{ hostvars.fresh.by }}'),
        {name: 'say', debug: {var: 'added.results[1].add_host.host_name'}},
      ],
    });
    expect(ran.mistakes).toEqual([]);
    expect(ran.statuses.filter((one) => one.includes('add')).length).toBe(2);
    expect(said(ran)).toEqual(
      ['sense', 'wallpi'].flatMap((host) => [
        `${host}: ["sense","wallpi","fresh","extra-a","extra-b"] sense`,
        `${host}: added.results[1].add_host.host_name = extra-b`,
      ]),
    );
  });

  it('lets tasks be delegated to the host at once', async () => {
    const ran = await bench.run({
      hosts: 'wallpi',
      tasks: [
        add('fresh'),
        {name: 'there', delegate_to: 'fresh', copy: {content: 'x', dest: `${place}/there`}},
      ],
    });
    expect(ran.statuses).toEqual(['add fresh: ok', 'there: changed'].map((one) => `wallpi ${one}`));
    expect(written('there')).toBe('x');
  });
});

describe('add_host with a mistake', () => {
  it('fails where a host has the name of a group, and adds nothing', async () => {
    const late = {hosts: 'sense', tasks: [shell('name', 'echo web', {register: 'x'})]};
    const ran = await bench.run([
      late,
      {
        hosts: 'sense',
        tasks: [by('web'), add('{{ x.stdout }}', {name: '{{ x.stdout }}'}), say('not reached')],
      },
    ]);
    expect(ran.tasks.at(-1)).toMatchObject({status: 'failed', message: "'web' is a host and a group"});
    expect(ran.summary.exitCode).toBe(2);
  });

  it('is found before anything is connected where the name is known, once for all hosts', async () => {
    const ran = await bench.run({
      tasks: [add('all'), add('a b'), add('x', {port: 'ssh'}), {add_host: {groups: 'x'}}],
    });
    expect(ran.mistakes).toEqual([
      "'all' is a host and a group",
      "'a b' cannot be the name of a host",
      "the connection variable port 'ssh' is not a whole number from 1 to 65535",
      "nothing to do: give 'name', 'hostname' or 'host'",
    ]);
    expect(ran.events.some(({type}) => type === 'host')).toBe(false);
  });

  it('does not change how a host is reached that is connected', async () => {
    const ran = await bench.run({
      hosts: 'sense',
      tasks: [
        {name: 'same', add_host: {name: 'sense', groups: ['new'], region: 'attic'}},
        say('{{ region }} {{ json group_names }}'),
        {name: 'other', add_host: {name: 'sense', port: 1}},
      ],
    });
    expect(said(ran)).toEqual(['sense: attic ["new"]']);
    expect(ran.message('other')).toBe(
      'sense is connected already: how it is reached can no longer be changed in this run',
    );
    expect(ran.summary.exitCode).toBe(2);
  });
});

describe('group_by', () => {
  it('puts each host into its group, for this play and later ones', async () => {
    const ran = await bench.run([
      {
        tasks: [
          by('board {{ board }}', {register: 'x'}),
          say('{{ x.add_group }} {{ json group_names }} {{ json groups.board-zero }}'),
        ],
      },
      {hosts: 'board-zero', tasks: [write('{{ inventory_hostname }}')]},
    ]);
    expect(ran.mistakes).toEqual([]);
    expect(said(ran)).toEqual([
      'sense: board-pi_4 ["board-pi_4"] ["wallpi"]',
      'wallpi: board-zero ["board-zero"] ["wallpi"]',
    ]);
    expect(written('wallpi')).toBe('wallpi');
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {sense: {changed: 0}, wallpi: {changed: 1}}});
  });

  it('gives the variables of its group, by facts that nobody knows before', async () => {
    bench.write('group_vars/os_linux.yml', 'package: nftables\n');
    bench.write('group_vars/unixes.yml', 'package: none\nshell_of: sh\n');
    const plays = [
      {
        gather_facts: true,
        tasks: [
          {group_by: {key: 'os_{{ facts.machine }}', parents: ['machines', 'unixes']}},
          {group_by: {key: 'os_linux', parents: 'unixes'}},
          say('{{ package }} {{ shell_of }}'),
        ],
      },
      {hosts: 'unixes:!wallpi', tasks: [say('{{ package }} {{ json groups.machines }}')]},
    ];
    const ran = await bench.run(plays);
    expect(ran.mistakes).toEqual([]);
    expect(said(ran)).toEqual([
      'sense: nftables ["sense","wallpi"]',
      'sense: nftables sh',
      'wallpi: nftables sh',
    ]);
    const check = await bench.run(plays, {mode: 'check'});
    expect(said(check)).toEqual(said(ran));
  });
});

describe('a play for hosts that join during the run', () => {
  const later = {hosts: 'late', tasks: [say('here')]};
  const classify = (key: string, when: string): Play => ({tasks: [by(key, {when})]});

  it('is passed over where none has joined, with a note', async () => {
    const ran = await bench.run([classify('late', "board == 'x'"), {name: 'later', ...later}]);
    expect(ran.mistakes).toEqual([]);
    expect(ran.notes).toEqual(["later: no host or group matches 'late'"]);
    expect(ran.summary.exitCode).toBe(0);
  });

  it('is a mistake where nothing can add such a name', async () => {
    const plays = [{tasks: [by('light')]}, later];
    const ran = await bench.run(plays, {mode: 'validate'});
    expect(ran.mistakes).toEqual(["no host or group matches 'late'"]);
    const before = await bench.run(plays.toReversed(), {mode: 'validate'});
    expect(before.mistakes).toEqual(["no host or group matches 'late'"]);
  });

  it('is validated on all hosts that may join it', async () => {
    const plays = [
      {gather_facts: true, tasks: [by('{{ facts.init }}')]},
      {hosts: 'late', tasks: [say('{{ board }} {{ bord }}'), {assert: {that: 'board == "zero"'}}]},
    ];
    const ran = await bench.run(plays, {mode: 'validate'});
    expect(ran.mistakes).toEqual(["'bord' is not defined", 'not so: board == "zero"']);
  });

  it('takes no assertion for false that variables of a group may make true', async () => {
    bench.write('group_vars/late.yml', 'board: late\n');
    const plays = [
      {gather_facts: true, tasks: [by('{{ facts.init }}')]},
      {hosts: 'late', tasks: [{assert: {that: 'board == "late"'}}, {assert: {that: '"late" in groups'}}]},
    ];
    const ran = await bench.run(plays, {mode: 'validate'});
    rmSync(path.join(bench.directory, 'group_vars/late.yml'));
    expect(ran.mistakes).toEqual([]);
  });

  it('is for those alone that --limit leaves', async () => {
    const plays = [{tasks: [by('late')]}, later];
    const ran = await bench.run(plays, {limit: 'late,sense:!wallpi'});
    expect(ran.mistakes).toEqual([]);
    const one = await bench.run(plays, {limit: 'sense'});
    expect(said(one)).toEqual(['sense: here']);
    const none = await bench.run(plays, {limit: 'lat', mode: 'validate'});
    expect(none.mistakes).toEqual(["--limit: no host or group matches 'lat'"]);
  });

  it('may be chosen by a template that reads the groups, of those that join alone', async () => {
    const plays = [
      {hosts: '{{ groups.all.[0] }}', tasks: [add('fresh', {groups: '{{ target }}', region: 'attic'})]},
      {hosts: '{{ lookup groups target }}', tasks: [say('{{ region }}')]},
    ];
    const ran = await bench.run(plays, {extraVars: [{text: 'target=late'}]});
    expect(ran.mistakes).toEqual([]);
    expect(said(ran)).toEqual(['fresh: attic']);
    expect(Object.keys(ran.summary.hosts)).toEqual(['sense', 'fresh']);
  });

  it('is not over a quorum, which the inventory has to name', async () => {
    const ran = await bench.run([{tasks: [by('late')]}, {...later, quorum: true}]);
    expect(ran.mistakes).toEqual([
      'a play over a quorum is for hosts that the inventory names, not for those that join during the run',
    ]);
    const grown = await bench.run([
      {hosts: 'sense', tasks: [add('fresh')]},
      {hosts: 'all', quorum: true, tasks: [write('x')]},
    ]);
    expect(grown.mistakes).toEqual(ran.mistakes);
    expect(grown.tasks.map(({host, task}) => `${host} ${task.name}`)).toEqual(['sense add fresh']);
    expect(grown.summary.exitCode).toBe(1);
  });

  it('is said to be unknown in check mode where the name is', async () => {
    const plays = [
      {
        hosts: 'sense',
        tasks: [
          shell('name', 'echo fresh', {register: 'x'}),
          add('', {name: '{{ x.stdout }}', groups: 'late'}),
        ],
      },
      {name: 'later', hosts: 'late', tasks: [write('x')]},
      {hosts: 'wallpi', tasks: [say('{{ json groups }}')]},
    ];
    const check = await bench.run(plays, {mode: 'check'});
    expect(check.mistakes).toEqual([]);
    expect(check.statuses).toEqual([
      'sense name: would-change',
      'sense add : unknown',
      'wallpi say: unknown',
    ]);
    expect(check.notes).toContain('later: which hosts join it is known after the run');
    const ran = await bench.run(plays);
    expect(ran.statuses).toContain('fresh write: changed');
  });

  it('does not begin with a host in check mode whose address is not known, nor takes it for a mistake', async () => {
    const plays = [
      {
        hosts: 'sense',
        tasks: [
          shell('address', 'echo 127.0.0.1', {register: 'x'}),
          add('fresh', {groups: 'late', host: '{{ x.stdout }}'}),
          {name: 'there', delegate_to: 'fresh', copy: {content: 'x', dest: `${place}/there`}},
        ],
      },
      {hosts: 'late', tasks: [write('x')]},
    ];
    const check = await bench.run(plays, {mode: 'check'});
    expect(check.statuses).toEqual([
      'sense address: would-change',
      'sense add fresh: unknown',
      'sense there: unknown',
    ]);
    expect(check.summary.exitCode).toBe(0);
    const ran = await bench.run(plays);
    expect(ran.statuses.slice(1)).toEqual([
      'sense add fresh: ok',
      'sense there: changed',
      'fresh write: changed',
    ]);
  });

  it('is listed as open', async () => {
    const ran = await bench.run([{tasks: [by('late')]}, later], {lists: true});
    const listing = ran.events.find((event) => event.type === 'listing');
    expect(listing?.plays.map(({hosts, open}) => [hosts, open])).toEqual([
      [['sense', 'wallpi'], undefined],
      [[], true],
    ]);
  });
});
