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
    `systemctl disable --now ${unit}; rm -f ${file} /etc/systemd/system/*.wants/${unit}.service; systemctl daemon-reload`,
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
