import type {ChangeReport, Event, HostCounts, TaskLabel, TaskStatus} from '../../../src/engine/events.ts';

/** Streams of events as the engine emits them, made by hand: five Pis and a role. */

export const fleet = ['sense', 'wallpi', 'frontpi', 'deskpi', 'atticpi'] as const;

const start = Date.UTC(2026, 10, 22, 7, 0, 0);

type Plain<T> = T extends unknown ? Omit<T, 'v' | 'time'> : never;

/** An event `afterMs` after the start of its stream. */
export function at(afterMs: number, event: Plain<Event>): Event {
  return {...event, v: 1, time: start + afterMs} as Event;
}

export function label(name: string, line: number, more: Partial<TaskLabel> = {}): TaskLabel {
  const source = {file: '/home/pi/fleet/roles/vault/tasks/main.yml', line, column: 3};
  return {name, source, module: 'file', role: 'vault', ...more};
}

export interface ResultDetails {
  readonly changes?: readonly ChangeReport[];
  readonly message?: string;
  readonly hint?: string;
  readonly item?: string;
  readonly notified?: readonly string[];
  readonly attention?: string;
  readonly reminder?: string;
  readonly refused?: true;
  readonly ignored?: true;
  readonly rescued?: true;
  readonly wouldRun?: true;
}

export function result(
  afterMs: number,
  host: string,
  task: TaskLabel,
  status: TaskStatus,
  details: ResultDetails = {},
): Event {
  return at(afterMs, {type: 'task', host, task, status, changes: [], durationMs: 40, ...details});
}

export function runStart(mode: 'run' | 'check' = 'run', hosts: readonly string[] = fleet): readonly Event[] {
  const source = {file: '/home/pi/fleet/playbooks/vault.yml', line: 1, column: 3};
  return [
    at(0, {
      type: 'run',
      run: '20261122T070000Z',
      playbook: '/home/pi/fleet/playbooks/vault.yml',
      mode,
      hosts,
    }),
    at(1, {type: 'play', name: 'Vault servers', source, hosts}),
    ...hosts.map((host) => at(2, {type: 'host', host, status: 'connecting'})),
    ...hosts.map((host) => at(120, {type: 'host', host, status: 'connected'})),
  ];
}

export const noCounts: HostCounts = {
  ok: 0,
  changed: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  unknown: 0,
  unreachable: 0,
  owed: 0,
  attention: 0,
  roundTrips: 0,
};

export function summary(
  afterMs: number,
  hosts: Readonly<Record<string, Partial<HostCounts>>>,
  exitCode: Extract<Event, {type: 'summary'}>['exitCode'] = 0,
): Event {
  const counts = Object.fromEntries(
    Object.entries(hosts).map(([host, own]) => [host, {...noCounts, ...own}]),
  );
  return at(afterMs, {type: 'summary', hosts: counts, exitCode, durationMs: afterMs});
}

export function eachHost<T>(value: T, hosts: readonly string[] = fleet): Readonly<Record<string, T>> {
  return Object.fromEntries(hosts.map((host) => [host, value]));
}

/** 24 tasks, nothing to change. */
export function unchangedRun(): readonly Event[] {
  const tasks = Array.from({length: 24}, (_, index) => label(`task ${index + 1}`, 10 + index));
  const results = tasks.flatMap((task, index) =>
    fleet.flatMap((host, offset) => [
      at(200 + index * 20 + offset, {type: 'task-start', host, task}),
      result(210 + index * 20 + offset, host, task, 'ok'),
    ]),
  );
  return [...runStart(), ...results, summary(900, eachHost({ok: 24, roundTrips: 3}))];
}

const configuration: ChangeReport = {
  ref: 'path:/etc/vault.d/vault.hcl',
  attributes: [{name: 'sha256', before: 'a'.repeat(64), after: 'b'.repeat(64)}],
  diff: '--- /etc/vault.d/vault.hcl\n+++ /etc/vault.d/vault.hcl\n@@ -1,4 +1,4 @@\n ui = false\n-log_level = "info"\n+log_level = "debug"\n cluster_name = "homelab"\n api_addr = "http://wallpi:8200"  # a rather long line that a narrow terminal has to wrap by itself\n',
  impact: {type: 'reload', unit: 'vault.service', reason: 'log_level is read again on SIGHUP'},
};

/** `--check --diff` with one changed line on one host. */
export function checkOfOneLine(): readonly Event[] {
  const hosts = ['wallpi'];
  const task = label('write vault.hcl', 40, {module: 'template'});
  const handler = label('reload vault', 3, {handler: true, module: 'systemd'});
  return [
    ...runStart('check', hosts),
    result(300, 'wallpi', label('own the data directory', 30), 'ok'),
    result(310, 'wallpi', task, 'would-change', {changes: [configuration], notified: ['reload vault']}),
    result(320, 'wallpi', label('ask the API', 90, {module: 'uri'}), 'unknown', {
      message: 'depends on changes not yet made',
    }),
    result(325, 'wallpi', label('wait for the port', 95, {module: 'wait_for'}), 'ok', {
      wouldRun: true,
      message: 'what it finds is known after the run: depends on changes not yet made',
    }),
    result(330, 'wallpi', handler, 'would-change'),
    summary(600, {wallpi: {ok: 23, changed: 2, unknown: 1, roundTrips: 4}}),
  ];
}

/** A first run: directories, an upload, a unit, a handler, one host slower, one failing, one unreachable. */
export function eventfulRun(): readonly Event[] {
  const directory = label('own the data directory', 30);
  const program = label('copy the program', 34, {module: 'copy'});
  const write = label('write vault.hcl', 40, {module: 'template'});
  const unit = label('start the server', 50, {module: 'systemd'});
  const api = label('ask the API', 90, {module: 'wait_for'});
  const handler = label('restart vault', 3, {handler: true, module: 'systemd'});
  const there = ['sense', 'wallpi', 'frontpi', 'deskpi'];
  const mode: ChangeReport = {
    ref: 'path:/var/lib/vault',
    attributes: [
      {name: 'mode', before: '0750', after: '0700'},
      {name: 'owner', before: 'root', after: 'vault'},
    ],
  };
  const started: ChangeReport = {
    ref: 'unit:vault.service',
    attributes: [
      {name: 'enabled', before: 'disabled', after: 'enabled'},
      {name: 'active', before: 'inactive', after: 'active'},
    ],
  };
  const sizeBytes = 188_743_680;
  const upload = (afterMs: number, host: string, sentBytes: number): Event =>
    at(afterMs, {
      type: 'progress',
      host,
      task: program,
      message: 'upload bao',
      sentBytes,
      totalBytes: sizeBytes,
    });
  return [
    ...runStart(),
    at(130, {
      type: 'host',
      host: 'atticpi',
      status: 'unreachable',
      reason: 'connect ECONNREFUSED 192.168.1.25:22',
      hint: 'is sshd running there? try: ssh pi@192.168.1.25',
    }),
    at(140, {type: 'note', host: 'deskpi', message: "its clock is 12 s behind this machine's"}),
    ...there.flatMap((host, index) => [
      at(200 + index, {type: 'task-start', host, task: directory}),
      result(300 + index, host, directory, host === 'sense' ? 'ok' : 'changed', {
        changes: host === 'sense' ? [] : [mode],
      }),
      at(310 + index, {type: 'task-start', host, task: program}),
    ]),
    ...[0, 1, 2, 3, 4, 5, 6].flatMap((step) =>
      there.map((host, index) =>
        upload(400 + step * 600 + index * 20, host, step * (28_000_000 - index * 3_000_000)),
      ),
    ),
    ...there.map((host, index) =>
      result(5_000 + index * 300, host, program, 'changed', {
        changes: [
          {
            ref: 'path:/usr/local/lib/openbao/2.6.2/bao',
            attributes: [
              {name: 'sha256', after: '8d18052337908a74f0d7dfacc8da7a1bff5f8a4ab6a2ad136fbf5ffeae243b00'},
              {name: 'mode', after: '0755'},
              {name: 'owner', after: 'root'},
              {name: 'group', after: 'root'},
            ],
          },
        ],
      }),
    ),
    ...there.map((host, index) =>
      result(6_000 + index, host, write, 'changed', {changes: [configuration], notified: ['restart vault']}),
    ),
    result(6_200, 'sense', unit, 'changed', {changes: [started]}),
    result(6_300, 'wallpi', unit, 'changed', {changes: [started]}),
    result(6_400, 'frontpi', unit, 'changed', {changes: [started]}),
    at(6_410, {type: 'task-start', host: 'sense', task: api}),
    at(6_420, {type: 'progress', host: 'sense', task: api, message: 'waiting for port 8200'}),
    result(8_500, 'deskpi', unit, 'failed', {
      changes: [started],
      message:
        'vault.service is failed, not active\nvault[412]: error loading configuration: permission denied\nsystemd[1]: vault.service: Main process exited, code=exited, status=1/FAILURE',
      hint: 'ssh deskpi sudo journalctl -u vault.service',
    }),
    result(9_900, 'sense', api, 'ok'),
    result(9_950, 'wallpi', api, 'ok'),
    result(9_960, 'frontpi', api, 'ok'),
    result(10_000, 'wallpi', handler, 'changed'),
    result(10_100, 'frontpi', handler, 'changed'),
    result(10_200, 'sense', handler, 'failed', {
      message: 'restart owed: sense is initialised and unsealed, a restart would seal it',
      hint: 'vprov run playbooks/restart.yml',
    }),
    at(10_300, {
      type: 'owed',
      host: 'sense',
      handler: 'restart vault',
      playbook: 'playbooks/vault.yml',
      since: '2026-11-22 07:00',
      reason: 'a restart would seal it',
    }),
    summary(
      10_400,
      {
        sense: {ok: 21, changed: 3, failed: 1, owed: 1, roundTrips: 14},
        wallpi: {ok: 20, changed: 5, roundTrips: 15},
        frontpi: {ok: 20, changed: 5, roundTrips: 15},
        deskpi: {ok: 12, changed: 3, failed: 1, skipped: 2, roundTrips: 11},
        atticpi: {unreachable: 1},
      },
      6,
    ),
  ];
}
