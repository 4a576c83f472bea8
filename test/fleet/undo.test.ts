import path from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {Bench, type Play} from '../loopback/engine.ts';
import {ensureFleet, type Fleet} from './fleet.ts';

// What only a host with systemd has, taken back.

const unit = 'vprov-undo';
const file = `/etc/systemd/system/${unit}.service`;
const text = '[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n';
let fleet: Fleet;
let bench: Bench;
let records = '';
let aheadMs = 0;

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
  records = path.join(bench.directory, '.vprov', 'runs');
});

beforeEach(async () => {
  await fleet.exec(
    'wallpi',
    `systemctl unmask ${unit}; systemctl disable --now ${unit}; rm -rf ${file} ${file}.d /etc/systemd/system/*.wants/${unit}.service; systemctl daemon-reload`,
  );
});

afterAll(() => bench?.remove());

/** Runs are named by the second in which they are begun. */
function options() {
  aheadMs += 2_000;
  const ownMs = aheadMs;
  return {records, now: () => Date.now() + ownMs};
}

const run = (tasks: readonly Play[], more: Play = {}) => bench.run({tasks, ...more}, options());
const undo = () => bench.undo('last', options());

/** Whether the unit runs, its file, and every link to it. */
async function seen(): Promise<string> {
  const script = `! systemctl is-active --quiet ${unit} || echo it runs; find /etc/systemd/system -name '${unit}*'`;
  return (await fleet.exec('wallpi', script)).stdout.trim();
}

const putFile = {name: 'file', copy: {dest: file, content: text}};

it.each<[string, readonly Play[], Play]>([
  [
    'enabled, and started by a handler that restarts',
    [
      {...putFile, notify: 'restart'},
      {name: 'unit', systemd: {name: unit, enabled: true}},
    ],
    {handlers: [{name: 'restart', systemd: {name: unit, state: 'restarted'}}]},
  ],
  [
    'enabled, and could not start',
    [
      {name: 'file', copy: {dest: file, content: text.replace('/bin/sleep 1000', '/bin/false')}},
      {name: 'unit', systemd: {name: unit, enabled: true, state: 'started'}},
    ],
    {},
  ],
])('undo leaves nothing of a unit that a run made, %s', async (_, tasks, more) => {
  const was = await seen();
  await run(tasks, more);
  expect(await seen()).not.toBe(was);
  const undone = await undo();
  expect([undone.summary.exitCode, undone.mistakes]).toEqual([0, []]);
  expect(await seen()).toBe(was);
});

const other = '[Service]\nExecStart=/bin/sleep 2222\n';
const stop = {name: 'stop', systemd: {name: unit, state: 'stopped'}};

it.each<[string, readonly Play[]]>([
  ['its file was changed before', [{name: 'new', copy: {dest: file, content: other}}, stop]],
  ['its file was removed before', [{name: 'gone', file: {path: file, state: 'absent'}}, stop]],
  [
    'it was masked by a link, and by name',
    [
      {name: 'gone', file: {path: file, state: 'absent'}},
      {name: 'mask', file: {path: file, src: '/dev/null', state: 'link'}},
      {name: 'stop', systemd: {name: unit, masked: true, state: 'stopped'}},
    ],
  ],
])('undo starts what was stopped as it was, where %s', async (_, tasks) => {
  await fleet.read(
    'wallpi',
    `printf '${text.replaceAll('\n', '\\n')}' >${file}; systemctl daemon-reload; systemctl start ${unit}`,
  );
  const now = () =>
    fleet.read(
      'wallpi',
      `systemctl is-active ${unit}; tr '\\0' ' ' </proc/$(systemctl show -p MainPID --value ${unit})/cmdline; systemctl show -p NeedDaemonReload ${unit}; cat ${file}`,
    );
  const was = await now();
  const ran = await run(tasks);
  expect(ran.summary.exitCode).toBe(0);
  const undone = await undo();
  expect([undone.summary.exitCode, await now()]).toEqual([0, was]);
});

it('undo has systemd read again what it puts back, a drop-in too', async () => {
  const dropIn = `/etc/systemd/system/${unit}.service.d/more.conf`;
  const reads = (): Promise<string> =>
    fleet.read('wallpi', `systemctl show -p NeedDaemonReload -p Nice ${unit}`);
  await fleet.read(
    'wallpi',
    `printf '${text.replaceAll('\n', '\\n')}' >${file}; systemctl daemon-reload; systemctl start ${unit}`,
  );
  const was = await reads();
  await run(
    [
      {name: 'folder', file: {path: path.dirname(dropIn), state: 'directory'}},
      {name: 'more', copy: {dest: dropIn, content: '[Service]\nNice=5\n'}, notify: 'restart'},
    ],
    {handlers: [{name: 'restart', systemd: {name: unit, state: 'restarted'}}]},
  );
  expect(await reads()).not.toBe(was);
  const undone = await undo();
  expect([undone.summary.exitCode, await reads()]).toEqual([0, was]);
});

it('undo of an undo mounts again what /etc/fstab says', async () => {
  await fleet.read('wallpi', 'mkdir -p /srv/real /srv/undone');
  const mounted = async (): Promise<string> =>
    (await fleet.exec('wallpi', 'findmnt -no SOURCE /srv/undone; grep -c /srv/undone /etc/fstab')).stdout;
  const mount = {path: '/srv/undone', src: '/srv/real', fstype: 'none', opts: 'bind', state: 'mounted'};
  await run([{name: 'mount', mount}]);
  const was = await mounted();
  await undo();
  expect(await mounted()).not.toBe(was);
  const again = await undo();
  expect([again.summary.exitCode, await mounted()]).toEqual([0, was]);
  await undo();
  await fleet.read('wallpi', 'rmdir /srv/undone /srv/real');
});

it('undo stops nothing that serves a quorum, and leaves its file', async () => {
  await run([putFile, {name: 'unit', systemd: {name: unit, enabled: true, state: 'restarted'}}], {
    quorum: true,
  });
  const left = await seen();
  expect(left).toMatch(/^it runs\n/);
  const undone = await undo();
  expect(undone.statuses).toEqual(['unit: failed', 'file: failed']);
  expect(undone.message('file')).toBe(
    `unit ${unit}.service runs and is enabled: its file stays until it is stopped and disabled`,
  );
  expect(await seen()).toBe(left);
});
