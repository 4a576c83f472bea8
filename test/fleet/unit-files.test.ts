import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play} from '../loopback/engine.ts';
import {ensureFleet, type Fleet} from './fleet.ts';

// Changes of unit files by names that do not show whose they are, on a host with systemd.

const folder = '/etc/systemd/system';
const unit = 'vprov-files-a.service';
const text = '[Service]\nExecStart=/bin/sleep 1000\n';
const set = (value: string): string => `[Service]\nEnvironment=A=${value}\n`;
const restart: Play = {name: 'restart', systemd: {name: unit, state: 'restarted'}};
let fleet: Fleet;
let bench: Bench;

beforeAll(async () => {
  fleet = await ensureFleet();
  const plan = fleet.hosts.find(({name}) => name === 'wallpi');
  if (!plan) throw new Error('the fleet has no wallpi');
  bench = new Bench({
    wallpi: {
      port: plan.port,
      keyFile: path.join(fleet.dir, 'id_ed25519'),
      knownHostsFile: path.join(fleet.dir, 'known_hosts'),
      directory: '/run',
    },
  });
});

const clean = `systemctl disable --now ${unit}; systemctl reset-failed ${unit}
rm -rf ${folder}/vprov-files* ${folder}/*.wants/vprov-files* ${folder}/service.d /srv/vprov-files /var/lib/vprov/owed /run/vprov-go
systemctl daemon-reload`;

/** The unit runs, with a drop-in that says A=1. */
beforeEach(async () => {
  await fleet.exec('wallpi', clean);
  await fleet.read(
    'wallpi',
    `mkdir -p ${folder}/${unit}.d /srv/vprov-files
printf '${text}' >${folder}/${unit}; printf '${set('1')}' >${folder}/${unit}.d/a.conf
systemctl daemon-reload; systemctl start ${unit}`,
  );
});

afterAll(async () => {
  await fleet.exec('wallpi', clean);
  bench?.remove();
});

/** What the unit's process was started with. */
const environment = () =>
  fleet.read(
    'wallpi',
    `tr '\\0' '\\n' </proc/$(systemctl show -p MainPID --value ${unit})/environ | grep ^A= || echo none`,
  );
const needsReload = () => fleet.read('wallpi', `systemctl show -p NeedDaemonReload --value ${unit}`);
const dropIn: Play = {
  name: 'drop-in',
  copy: {dest: `${folder}/${unit}.d/a.conf`, content: set('2')},
  notify: 'restart',
};
const statuses = (ran: Awaited<ReturnType<Bench['run']>>): readonly string[] =>
  ran.tasks.map(
    ({task, status, message}) => `${task.name}: ${status}${status === 'failed' ? ` ${message}` : ''}`,
  );

describe('a restart that is owed for a unit file', () => {
  it.each([
    ['somebody restarts the unit without a reload', `systemctl restart ${unit} 2>/dev/null`],
    [
      'the files are read only after somebody restarted it',
      `systemctl restart ${unit} 2>/dev/null; systemctl daemon-reload`,
    ],
  ])('is still owed where %s', async (_, meanwhile) => {
    const gate: Play = {name: 'gate', command: 'test -e /run/vprov-go'};
    const play = {handlers: [restart], tasks: [dropIn, gate]};
    expect(statuses(await bench.run(play)).join()).toContain('gate: failed');
    await fleet.read('wallpi', `${meanwhile}; touch /run/vprov-go`);
    expect(await environment()).toBe('A=1');
    expect(statuses(await bench.run(play))).toContain('restart: changed');
    expect(await environment()).toBe('A=2');
  });

  it('is still owed where that is done within the run', async () => {
    const other: Play = {name: 'other', shell: `systemctl restart ${unit}`};
    const ran = await bench.run({handlers: [restart], tasks: [dropIn, other]});
    expect([statuses(ran).at(-1), await environment()]).toEqual(['restart: changed', 'A=2']);
  });

  it('is not where it was started anew with the files read', async () => {
    const other: Play = {name: 'other', shell: `systemctl daemon-reload; systemctl restart ${unit}`};
    const ran = await bench.run({handlers: [restart], tasks: [dropIn, other]});
    expect(statuses(ran)).toContain('restart: skipped');
    expect(await environment()).toBe('A=2');
  });
});

const look: Play = {name: 'look', systemd: {name: unit, state: 'started'}};
const conf = (dest: string): Play => ({copy: {dest, content: set('9')}});

describe.each([
  [
    'the folder of its drop-ins is removed',
    '',
    {file: {path: `${folder}/${unit}.d`, state: 'absent'}},
    'none',
  ],
  ['drop-ins of its type', `mkdir ${folder}/service.d`, conf(`${folder}/service.d/z.conf`), 'A=9'],
  [
    'drop-ins of what its name begins with',
    `mkdir ${folder}/vprov-files-.service.d`,
    conf(`${folder}/vprov-files-.service.d/z.conf`),
    'A=9',
  ],
  [
    'what its file leads to',
    `printf '${text}' >/srv/vprov-files/x.service; ln -sf /srv/vprov-files/x.service ${folder}/${unit}; rm -r ${folder}/${unit}.d`,
    {copy: {dest: '/srv/vprov-files/x.service', content: `${text}Environment=A=9\n`}},
    'A=9',
  ],
  [
    'the folder that its drop-ins are in behind a link',
    `mv ${folder}/${unit}.d /srv/vprov-files/d; ln -s /srv/vprov-files/d ${folder}/${unit}.d`,
    conf('/srv/vprov-files/d/z.conf'),
    'A=9',
  ],
  [
    'an empty folder for drop-ins behind a link',
    `rm -r ${folder}/${unit}.d; mkdir /srv/vprov-files/d; ln -s /srv/vprov-files/d ${folder}/${unit}.d`,
    conf('/srv/vprov-files/d/z.conf'),
    'A=9',
  ],
] as const)('%s', (_, before, change, after) => {
  beforeEach(async () => {
    await fleet.read('wallpi', `${before}\nsystemctl daemon-reload; systemctl restart ${unit}`);
  });

  it('is read before the unit is restarted, also where it was looked at before', async () => {
    const task: Play = {name: 'change', ...change, notify: 'restart'};
    const ran = await bench.run({handlers: [restart], tasks: [look, task]});
    expect(statuses(ran)).toEqual(['look: ok', 'change: changed', 'restart: changed']);
    expect([await environment(), await needsReload()]).toEqual([after, 'no']);
    expect(statuses(await bench.run({tasks: [look]}))).toEqual(['look: ok']);
  });

  it('is read where the unit is only wanted to run, as check says', async () => {
    const play = {tasks: [look, {name: 'change', ...change}, {...look, name: 'again'}]};
    const checked = statuses(await bench.check(play));
    const ran = statuses(await bench.run(play));
    expect(ran).toEqual(['look: ok', 'change: changed', 'again: changed']);
    expect(checked.map((one) => one.replace('would-change', 'changed'))).toEqual(ran);
    expect(statuses(await bench.run({tasks: [look]}))).toEqual(['look: ok']);
  });
});
