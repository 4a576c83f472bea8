import {execFile} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {reveal} from '../../src/text/index.ts';
import {Bench, type Ran} from '../loopback/engine.ts';
import {killOwnSshd, type Ring, startRing} from '../loopback/ring.ts';

// Playbooks in both dialects, run by vprov and by ansible-core, each into a directory of its own (`place`): by vprov over
// an sshd, by ansible-core on this machine; where several hosts are named, both over an sshd for each. What each task came
// to on each host, the files, and whether the run as a whole was well must be the same.

const here = import.meta.dirname;
const cases = readdirSync(here).filter((name) => existsSync(path.join(here, name, 'vprov.yml')));
/** Those that examples may name, in the order of the inventory. */
const several = ['wallpi', 'sense', 'frontpi'] as const;

interface Options {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly check?: boolean;
  /** The same ones for all; without it one, called localhost. */
  readonly hosts?: readonly (typeof several)[number][];
  /** Hosts of the inventory that nobody answers for. */
  readonly gone?: readonly string[];
}

interface Result {
  /**
   * By host, `task: status` of every task that is one to both: no includes, whose results Ansible tells in other ways, and
   * nothing of hosts that are not there, of which Ansible tells it with every task.
   */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, string>>;
  readonly isWell: boolean;
}

let rings: Readonly<Record<string, Ring>> = {};
let work = '';
let closedPort = 0;

beforeAll(async () => {
  const names = ['localhost', ...several];
  const started = await Promise.all(names.map(() => startRing({shell: 'dash'})));
  rings = Object.fromEntries(started.map((ring, index) => [names[index], ring]));
  work = realpathSync(mkdtempSync(path.join(tmpdir(), 'vprov-peers-')));
  chmodSync(work, 0o755);
  // Whoever runs it is cut off.
  writeFileSync(path.join(work, 'cut'), reveal(killOwnSshd.text), {mode: 0o644});
  closedPort = await freePort();
});

afterAll(async () => {
  rmSync(work, {recursive: true, force: true});
  await Promise.all(Object.values(rings).map((ring) => ring.stop()));
});

const apart = /^(?:include_|import_|meta$)/;

describe.each(cases)('%s', (name) => {
  const file = path.join(here, name, 'options.json');
  const options: Options = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Options) : {};

  it('comes to the same by vprov and by ansible-core', async () => {
    const ours = await byVprov(name, options);
    const theirs = await byAnsible(name, options);
    expect(Object.values(theirs.tasks).flat().length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });
});

function placeFor(name: string, whose: string): string {
  const place = path.join(work, whose, name);
  mkdirSync(place, {recursive: true});
  chmodSync(place, 0o777);
  return place;
}

function hostsOf({hosts = [], gone = []}: Options): Readonly<Record<string, Pick<Ring, 'port'> & Ring>> {
  const names = hosts.length > 0 ? hosts : ['localhost'];
  const there = names.map((name) => [name, rings[name] as Ring] as const);
  return Object.fromEntries([
    ...there,
    ...gone.map((name) => [name, {...(rings.wallpi as Ring), port: closedPort}] as const),
  ]);
}

async function byVprov(name: string, options: Options): Promise<Result> {
  const place = placeFor(name, 'vprov');
  forgetOwed();
  const bench = new Bench(hostsOf(options));
  try {
    const ran = await bench.run([], {
      playbook: path.join(here, name, 'vprov.yml'),
      extraVars: [{text: `place=${place}`}, {text: `cut=${path.join(work, 'cut')}`}],
      tags: options.tags ?? [],
      skipTags: options.skipTags ?? [],
      mode: options.check ? 'check' : 'run',
    });
    expect(ran.mistakes).toEqual([]);
    if (process.env.PEERS_DEBUG)
      console.log(
        JSON.stringify(ran.summary),
        JSON.stringify(ran.notes),
        JSON.stringify(ran.tasks.map((t) => [t.host, t.task.name, t.status, t.message])),
      );
    // Not the exit code: a handler that stays owed on the host is told by it as long as it does.
    const counts = Object.values(ran.summary.hosts);
    const isWell = counts.every(({failed, unreachable}) => failed === 0 && unreachable === 0);
    return {tasks: byHost(ran.tasks.flatMap(taskOf), options), files: filesIn(place), isWell};
  } finally {
    bench.remove();
  }
}

/** What an earlier case left owed is no part of this one, though its playbook has the same name. */
function forgetOwed(): void {
  for (const {directory} of Object.values(rings))
    rmSync(path.join(directory, 'home-pi/.local/state/vprov/owed'), {recursive: true, force: true});
}

/** Of a host, what a task came to. */
type Line = readonly [host: string, line: string];

function byHost(lines: readonly Line[], options: Options): Result['tasks'] {
  const own = (host: string): readonly string[] =>
    lines.filter(([other]) => other === host).map(([, line]) => line);
  return Object.fromEntries((options.hosts ?? ['localhost']).map((host) => [host, own(host)]));
}

function taskOf(event: Ran['tasks'][number]): readonly Line[] {
  if (apart.test(event.task.module)) return [];
  const ignored = event.message?.startsWith('unreachable') ? 'unreachable' : 'ignored';
  const status = event.ignored ? ignored : event.status.replace('would-change', 'changed');
  return [[event.host, `${event.task.name}: ${status}`]];
}

async function byAnsible(name: string, options: Options): Promise<Result> {
  const place = placeFor(name, 'ansible');
  const args = [
    '-i',
    inventoryFor(name, options),
    '-e',
    `place=${place} cut=${path.join(work, 'cut')}`,
    ...(options.tags ? ['--tags', options.tags.join(',')] : []),
    ...(options.skipTags ? ['--skip-tags', options.skipTags.join(',')] : []),
    ...(options.check ? ['--check'] : []),
    'ansible.yml',
  ];
  const {code, stdout, stderr} = await ansible(args, path.join(here, name));
  // Hosts failed, hosts not reached.
  expect([0, 2, 4], `${stdout}${stderr}`).toContain(code);
  const told = stdout.split('\n').flatMap((line) => /^RECORD (.*)$/.exec(line)?.[1] ?? []);
  const lines = told.flatMap((line): readonly Line[] => {
    const {host = '', task, action, status} = JSON.parse(line) as Readonly<Record<string, string>>;
    return apart.test(action ?? '') ? [] : [[host, `${task?.replace(/^\S+ : /, '')}: ${status}`]];
  });
  return {tasks: byHost(lines, options), files: filesIn(place), isWell: code === 0};
}

/** This machine, or the same sshds that vprov goes to. @returns its name */
function inventoryFor(name: string, options: Options): string {
  const hosts = Object.entries(hostsOf(options)).map(([host, {port, keyFile, knownHostsFile}]) => [
    host,
    options.hosts
      ? {
          ansible_host: '127.0.0.1',
          ansible_port: port,
          ansible_user: 'pi',
          ansible_ssh_private_key_file: keyFile,
          ansible_ssh_common_args: `-F none -o UserKnownHostsFile=${knownHostsFile} -o ControlMaster=no`,
        }
      : {ansible_connection: 'local', ansible_remote_tmp: path.join(work, 'tmp')},
  ]);
  const file = path.join(work, `${name}.json`);
  writeFileSync(file, JSON.stringify({all: {hosts: Object.fromEntries(hosts)}}));
  return file;
}

function ansible(
  args: readonly string[],
  cwd: string,
): Promise<{readonly code: number; readonly stdout: string; readonly stderr: string}> {
  const environment = {
    ...process.env,
    ANSIBLE_CALLBACK_PLUGINS: here,
    ANSIBLE_STDOUT_CALLBACK: 'record',
    ANSIBLE_LOCAL_TEMP: path.join(work, 'tmp'),
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_PIPELINING: '1',
    // None stays behind that shares its connection.
    ANSIBLE_SSH_ARGS: '',
    ANSIBLE_PYTHON_INTERPRETER: '/usr/bin/python3',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return new Promise((resolve, reject) => {
    execFile('ansible-playbook', [...args], {cwd, env: environment}, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({code: Number(error?.code ?? 0), stdout, stderr});
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Every path below a directory: its type, its mode, what is in it. */
function filesIn(place: string): Readonly<Record<string, string>> {
  const names = readdirSync(place, {recursive: true}).map(String).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(place, name);
      const stat = lstatSync(file);
      if (stat.isSymbolicLink()) return [name, `link ${readlinkSync(file).replace(place, '')}`];
      const mode = (stat.mode & 0o7777).toString(8);
      return [name, stat.isDirectory() ? `directory ${mode}` : `${mode} ${readFileSync(file, 'utf8')}`];
    }),
  );
}
