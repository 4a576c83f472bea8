import path from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {Bench, type Play} from '../loopback/engine.ts';
import {ensureFleet, type Fleet} from './fleet.ts';

// What check mode says of units that other tasks of the play concern, held to the run, on hosts with systemd 252 and 257.

const folder = '/etc/systemd/system';
const [a, b] = ['vprov-checks-a.service', 'vprov-checks-b.service'];
const socket = 'vprov-checks-a.socket';
const link = `${folder}/multi-user.target.wants/${a}`;
const made = '/srv/vprov-checks/made';
const sleeps = '[Service]\nExecStart=/bin/sleep 1000\n';
const install = '[Install]\nWantedBy=multi-user.target\n';
const program = '/srv/vprov-checks/program';
const ofProgram = `[Service]\nExecStart=${program} --all\n`;
const maker = `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c "mkdir -p ${path.dirname(made)}; echo a >${made}"\n`;
let fleet: Fleet;
const benches = new Map<string, Bench>();

beforeAll(async () => {
  fleet = await ensureFleet();
  for (const plan of fleet.hosts)
    benches.set(
      plan.name,
      new Bench({
        [plan.name]: {
          port: plan.port,
          keyFile: path.join(fleet.dir, 'id_ed25519'),
          knownHostsFile: path.join(fleet.dir, 'known_hosts'),
          directory: '/run',
        },
      }),
    );
});

const clean = `systemctl stop 'srv-vprov\\x2dchecks.mount'; rm -f '${folder}/srv-vprov\\x2dchecks.mount'
for u in ${socket} vprov-checks.target ${a} ${b}; do systemctl unmask $u; systemctl disable $u; systemctl stop $u; done
rm -rf ${folder}/vprov-checks* ${folder}/*.wants/vprov-checks* /srv/vprov-checks /var/lib/vprov-checks /var/lib/vprov/owed
systemctl daemon-reload; systemctl reset-failed`;

afterEach(async () => {
  for (const host of ['wallpi', 'deskpi']) await fleet.exec(host, clean);
});

afterAll(() => {
  for (const bench of benches.values()) bench.remove();
});

const write = (unit: string, text: string): string => `printf '%s' '${text}' >${folder}/${unit}\n`;
const unitTask = (name: string, wanted: Play): Play => ({
  name: `${name.includes('-a.') ? 'a' : 'b'}: ${Object.keys(wanted).join(' ')}`,
  systemd: {name, ...wanted},
});
const file = (wanted: Play): Play => ({name: 'file', file: wanted});
const fileOf = (unit: string, content: string): Play => ({
  name: 'unit file',
  copy: {dest: `${folder}/${unit}`, content},
});
const fileOfProgram = (mode: string): Play => ({
  name: 'program',
  copy: {dest: program, mode, content: '#!/bin/sh\nexec sleep 1000\n'},
});
const start = {state: 'started'};
const enable = {enabled: true};

/** What was there before, the tasks, and what check says of them. */
type Row = readonly [title: string, before: string, tasks: readonly Play[], says: readonly string[]];

const rows: readonly Row[] = [
  [
    'enabled after a link by hand is unknown',
    write(a, sleeps + install),
    [
      file({path: link, state: 'link', target: `${folder}/${a}`}),
      unitTask(a, enable),
      unitTask(a, {enabled: false}),
    ],
    ['file: changed', 'a: enabled: unknown', 'a: enabled: unknown'],
  ],
  [
    'enabled after the link is removed is unknown',
    `${write(a, sleeps + install)}systemctl enable ${a}`,
    [unitTask(a, enable), file({path: link, state: 'absent'}), unitTask(a, enable)],
    ['a: enabled: ok', 'file: changed', 'a: enabled: unknown'],
  ],
  [
    'a link that enables a unit without an [Install] section is no failure',
    write(a, sleeps),
    [file({path: link, state: 'link', target: `${folder}/${a}`}), unitTask(a, enable)],
    ['file: changed', 'a: enabled: unknown'],
  ],
  [
    'what is enabled already stays so with another link',
    `${write(a, sleeps + install)}systemctl enable ${a}; mkdir -p ${folder}/vprov-checks.target.wants`,
    [
      file({path: `${folder}/vprov-checks.target.wants/${a}`, state: 'link', target: `${folder}/${a}`}),
      unitTask(a, enable),
    ],
    ['file: changed', 'a: enabled: ok'],
  ],
  [
    'a unit whose file has another name is enabled by links only',
    `mkdir -p /srv/vprov-checks; printf '%s' '${sleeps}${install}' >/srv/vprov-checks/x.service; ln -s /srv/vprov-checks/x.service ${folder}/${a}`,
    [unitTask(a, enable), unitTask(a, enable)],
    ['a: enabled: changed', 'a: enabled: ok'],
  ],
  [
    'a unit that another name leads to is enabled by its own',
    `${write(a, sleeps + install)}ln -s ${a} ${folder}/${b}`,
    [unitTask(a, enable), unitTask(b, start), unitTask(a, start)],
    ['a: enabled: changed', 'b: state: changed', 'a: state: ok'],
  ],
  [
    'another name is not enabled',
    `${write(a, sleeps + install)}ln -s ${a} ${folder}/${b}`,
    [unitTask(b, enable)],
    ['b: enabled: failed'],
  ],
  [
    'a name that comes with Alias= is unknown before',
    '',
    [fileOf(a, `${sleeps}${install}Alias=${b}\n`), unitTask(a, enable), unitTask(b, start)],
    ['unit file: changed', 'a: enabled: changed', 'b: state: unknown'],
  ],
  [
    'a name that comes with Alias= of a unit that is there is unknown before',
    write(a, `${sleeps}${install}Alias=${b}\n`),
    [unitTask(a, enable), unitTask(b, start)],
    ['a: enabled: changed', 'b: state: unknown'],
  ],
  [
    'what is enabled with another is unknown',
    write(a, `${sleeps}${install}Also=${b}\n`) + write(b, sleeps + install),
    [unitTask(a, enable), unitTask(b, enable)],
    ['a: enabled: changed', 'b: enabled: unknown'],
  ],
  [
    'what is started with another is unknown',
    write(a, `[Unit]\nRequires=${b}\n${sleeps}`) + write(b, sleeps),
    [unitTask(a, start), unitTask(b, start), unitTask(b, {state: 'stopped'}), unitTask(a, start)],
    ['a: state: changed', 'b: state: unknown', 'b: state: unknown', 'a: state: unknown'],
  ],
  [
    'what a target starts by a link of the play is unknown',
    `${write(a, sleeps)}mkdir ${folder}/vprov-checks.target.wants; printf '[Unit]\\n' >${folder}/vprov-checks.target`,
    [
      file({path: `${folder}/vprov-checks.target.wants/${a}`, state: 'link', target: `${folder}/${a}`}),
      {name: 'target', systemd: {name: 'vprov-checks.target', ...start}},
      unitTask(a, start),
    ],
    ['file: changed', 'target: changed', 'a: state: unknown'],
  ],
  [
    'the folder of links goes with the last of them',
    `${write(a, `${sleeps}[Install]\nWantedBy=vprov-checks.target\n`)}systemctl enable ${a}`,
    [unitTask(a, {enabled: false}), file({path: `${folder}/vprov-checks.target.wants`, state: 'absent'})],
    ['a: enabled: changed', 'file: unknown'],
  ],
  [
    'what is stopped by the start of another is unknown',
    `${write(a, `[Unit]\nConflicts=${b}\n${sleeps}`)}${write(b, sleeps)}systemctl daemon-reload; systemctl start ${b}`,
    [unitTask(a, start), unitTask(b, start)],
    ['a: state: changed', 'b: state: unknown'],
  ],
  [
    'a drop-in by another name is read by all',
    `${write(a, sleeps + install)}ln -s ${a} ${folder}/${b}; mkdir ${folder}/${b}.d; systemctl daemon-reload; systemctl start ${a}`,
    [fileOf(`${b}.d/x.conf`, '[Service]\nNice=3\n'), unitTask(a, start), unitTask(b, start)],
    ['unit file: changed', 'a: state: changed', 'b: state: ok'],
  ],
  [
    'what a new link leads to is read again when it is changed',
    `mkdir -p /srv/vprov-checks; printf '%s' '${sleeps}${install}' >/srv/vprov-checks/${a}`,
    [
      file({path: `${folder}/${a}`, state: 'link', target: `/srv/vprov-checks/${a}`}),
      unitTask(a, {...start, ...enable}),
      {name: 'text', copy: {dest: `/srv/vprov-checks/${a}`, content: `${sleeps}Nice=3\n${install}`}},
      unitTask(a, start),
      unitTask(a, {enabled: false}),
      unitTask(a, {state: 'stopped'}),
    ],
    [
      'file: changed',
      'a: state enabled: changed',
      'text: changed',
      'a: state: changed',
      'a: enabled: changed',
      'a: state: unknown',
    ],
  ],
  [
    'what nobody may start by hand is not',
    write(a, `[Unit]\nRefuseManualStart=yes\n${sleeps}`),
    [unitTask(a, start)],
    ['a: state: failed'],
  ],
  [
    'what nobody may start by hand is not, in a new file either',
    '',
    [fileOf(a, `[Unit]\nRefuseManualStart=yes\n${sleeps}`), unitTask(a, start)],
    ['unit file: changed', 'a: state: failed'],
  ],
  [
    'a socket is not started beside its service',
    `${write(a, sleeps)}${write(socket, '[Socket]\nListenStream=/run/vprov-checks.sock\n')}systemctl daemon-reload; systemctl start ${a}`,
    [{name: 'socket', systemd: {name: socket, ...start}}],
    ['socket: failed'],
  ],
  [
    'a socket is started before its service',
    write(a, sleeps),
    [
      fileOf(socket, '[Socket]\nListenStream=/run/vprov-checks.sock\n'),
      {name: 'socket', systemd: {name: socket, ...start}},
      file({path: '/run/vprov-checks.sock', state: 'absent'}),
      unitTask(a, start),
    ],
    ['unit file: changed', 'socket: changed', 'file: unknown', 'a: state: changed'],
  ],
  [
    'a timer is not started without its service',
    '',
    [
      fileOf('vprov-checks-a.timer', '[Timer]\nOnCalendar=yearly\n'),
      {name: 'timer', systemd: {name: 'vprov-checks-a.timer', ...start}},
    ],
    ['unit file: changed', 'timer: failed'],
  ],
  [
    'what is below a mount point shows when it is mounted',
    '',
    [
      fileOf('srv-vprov\\x2dchecks.mount', '[Mount]\nWhat=tmpfs\nWhere=/srv/vprov-checks\nType=tmpfs\n'),
      {name: 'mount', systemd: {name: 'srv-vprov\\x2dchecks.mount', ...start}},
      file({path: '/srv/vprov-checks/x', state: 'directory'}),
    ],
    ['unit file: changed', 'mount: changed', 'file: unknown'],
  ],
  [
    'what a unit makes when it starts may be there to be removed',
    write(a, maker),
    [unitTask(a, start), file({path: made, state: 'absent'})],
    ['a: state: changed', 'file: unknown'],
  ],
  [
    'a line of what a unit makes when it starts may be there to be removed',
    write(a, maker),
    [unitTask(a, start), {name: 'line', lineinfile: {path: made, line: 'a', state: 'absent'}}],
    ['a: state: changed', 'line: unknown'],
  ],
  [
    'the directory that systemd makes for a unit is unknown before',
    '',
    [
      fileOf(a, `${sleeps}StateDirectory=vprov-checks\n`),
      unitTask(a, start),
      file({path: '/var/lib/vprov-checks', state: 'directory', mode: '0700'}),
    ],
    ['unit file: changed', 'a: state: changed', 'file: unknown'],
  ],
  [
    'what a unit has in /run may go when it stops',
    `${write(a, `${sleeps}RuntimeDirectory=vprov-checks\n`)}systemctl daemon-reload; systemctl start ${a}`,
    [unitTask(a, {state: 'stopped'}), file({path: '/run/vprov-checks', state: 'absent'})],
    ['a: state: changed', 'file: unknown'],
  ],
  [
    'a unit is not started without one that it requires',
    write(a, `[Unit]\nRequires=${b}\n${sleeps}`),
    [unitTask(a, start), unitTask(a, {state: 'restarted'})],
    ['a: state: failed'],
  ],
  [
    'a unit is not started without one that its new file requires',
    '',
    [fileOf(a, `[Unit]\nBindsTo=${b}\n${sleeps}`), unitTask(a, start)],
    ['unit file: changed', 'a: state: failed'],
  ],
  [
    'a unit is started when the one that it requires has come',
    write(a, `[Unit]\nRequires=${b}\n${sleeps}`),
    [fileOf(b, sleeps), unitTask(a, start)],
    ['unit file: changed', 'a: state: changed'],
  ],
  [
    'a unit is not started beside a mask of one that it requires',
    `${write(a, `[Unit]\nRequires=${b}\n${sleeps}`)}ln -s /dev/null ${folder}/${b}`,
    [unitTask(a, start)],
    ['a: state: failed'],
  ],
  [
    'a unit is started without one that it only wants',
    write(a, `[Unit]\nWants=${b}\n${sleeps}`),
    [unitTask(a, start)],
    ['a: state: changed'],
  ],
  [
    'a unit whose program is not there is not started',
    write(a, ofProgram),
    [unitTask(a, start)],
    ['a: state: failed'],
  ],
  [
    'a unit whose new file names a program that is not there is not started',
    '',
    [fileOf(a, ofProgram), unitTask(a, start)],
    ['unit file: changed', 'a: state: failed'],
  ],
  [
    'a unit is started when its program has come',
    `${write(a, ofProgram)}mkdir -p /srv/vprov-checks`,
    [fileOfProgram('0755'), unitTask(a, start)],
    ['program: changed', 'a: state: changed'],
  ],
  [
    'a unit whose program may not be executed is not started',
    `${write(a, ofProgram)}mkdir -p /srv/vprov-checks`,
    [fileOfProgram('0644'), unitTask(a, start)],
    ['program: changed', 'a: state: failed'],
  ],
  [
    'a unit is started whose program is made as it starts',
    `mkdir -p /srv/vprov-checks`,
    [
      fileOf(a, `[Service]\nExecStartPre=/bin/sh -c "cp /bin/sleep ${program}"\nExecStart=${program} 1000\n`),
      unitTask(a, start),
    ],
    ['unit file: changed', 'a: state: changed'],
  ],
];

// wallpi has systemd 252, deskpi 257.
describe.each(['wallpi', 'deskpi'])('check mode on %s', (host) => {
  it.each(rows)('%s', async (_, before, tasks, says) => {
    await fleet.read(host, `${before}\nsystemctl daemon-reload`);
    const bench = benches.get(host);
    const outcome = async (mode: 'check' | 'run') =>
      (await bench?.run({tasks}, {mode}))?.tasks.map(
        ({task, status, changes}) =>
          [
            `${task.name}: ${status.replace('would-change', 'changed')}`,
            changes.map(({ref, attributes}) => [ref, attributes.map(({name}) => name)]),
          ] as const,
      ) ?? [];
    const checked = await outcome('check');
    const ran = await outcome('run');
    expect(checked.map(([said]) => said)).toEqual(says);
    const known = (all: typeof ran) => all.filter((_one, index) => !checked[index]?.[0].endsWith('unknown'));
    expect(known(checked)).toEqual(known(ran));
    const isFailure = (said: string) => said.endsWith('failed');
    expect(ran.some(([said]) => isFailure(said))).toBe(says.some(isFailure));
  });
});

describe('what is said of another name', () => {
  it('names the unit itself', async () => {
    await fleet.read(
      'wallpi',
      `${write(a, sleeps + install)}ln -s ${a} ${folder}/${b}; systemctl daemon-reload`,
    );
    const ran = await benches.get('wallpi')?.run({tasks: [unitTask(b, enable)]});
    expect(ran?.tasks[0]).toMatchObject({
      message: `${b} is another name of ${a}, and a unit is enabled by its own name only`,
      hint: `name: ${a}`,
    });
  });
});

describe('what is quoted of the journal', () => {
  it('is what was said since the start that failed', async () => {
    const saying = (words: string, then: string): string =>
      `[Service]\nExecStart=/bin/sh -c "echo ${words}; ${then}"\n`;
    await fleet.read(
      'wallpi',
      `${write(a, saying('earlier', 'exec sleep 1000'))}systemctl daemon-reload; systemctl start ${a}; systemctl stop ${a}; journalctl --sync`,
    );
    const ran = await benches
      .get('wallpi')
      ?.run({tasks: [fileOf(a, saying('later', 'exit 3')), unitTask(a, start)]});
    const message = ran?.message('a: state');
    expect(message).toContain('\nlater\n');
    expect(message).not.toContain('earlier');
  });
});
