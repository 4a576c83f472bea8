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
  rmSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Bench, type Ran} from '../loopback/engine.ts';
import {type Ring, startRing} from '../loopback/ring.ts';

// Playbooks in both dialects, run by vprov over an sshd and by ansible-core on this machine, each into a directory of
// its own (`place`). What each task came to, the files, and whether the run as a whole was well must be the same.

const here = import.meta.dirname;
const cases = readdirSync(here).filter((name) => existsSync(path.join(here, name, 'vprov.yml')));

interface Options {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly check?: boolean;
}

interface Result {
  /** `task: status` of every task that is one to both: no includes, whose results Ansible tells in other ways. */
  readonly tasks: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly isWell: boolean;
}

let ring: Ring;
let bench: Bench;
let work = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({localhost: ring});
  work = mkdtempSync(path.join(tmpdir(), 'vprov-peers-'));
});

afterAll(async () => {
  bench?.remove();
  rmSync(work, {recursive: true, force: true});
  await ring?.stop();
});

const apart = /^(?:include_|import_|meta$)/;

describe.each(cases)('%s', (name) => {
  const file = path.join(here, name, 'options.json');
  const options: Options = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Options) : {};

  it('comes to the same by vprov and by ansible-core', async () => {
    const ours = await byVprov(name, options);
    const theirs = await byAnsible(name, options);
    expect(theirs.tasks.length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);
  });
});

async function byVprov(name: string, options: Options): Promise<Result> {
  const place = path.join(ring.directory, 'home-pi', name);
  mkdirSync(place);
  chmodSync(place, 0o777);
  const ran = await bench.run([], {
    playbook: path.join(here, name, 'vprov.yml'),
    extraVars: [{text: `place=${place}`}],
    tags: options.tags ?? [],
    skipTags: options.skipTags ?? [],
    mode: options.check ? 'check' : 'run',
  });
  expect(ran.mistakes).toEqual([]);
  if (process.env.PEERS_DEBUG)
    console.log(
      JSON.stringify(ran.summary),
      JSON.stringify(ran.notes),
      JSON.stringify(ran.tasks.map((t) => [t.task.name, t.status, t.message])),
    );
  // Not the exit code: a handler that stays owed on the host is told by it as long as it does.
  const counts = ran.summary.hosts.localhost;
  const isWell = counts?.failed === 0 && counts.unreachable === 0;
  return {tasks: ran.tasks.flatMap(taskOf), files: filesIn(place), isWell};
}

function taskOf(event: Ran['tasks'][number]): readonly string[] {
  if (apart.test(event.task.module)) return [];
  const status = event.ignored ? 'ignored' : event.status.replace('would-change', 'changed');
  return [`${event.task.name}: ${status}`];
}

async function byAnsible(name: string, options: Options): Promise<Result> {
  const place = path.join(work, name);
  mkdirSync(place);
  const args = [
    '-i',
    'localhost,',
    '-c',
    'local',
    '-e',
    `place=${place}`,
    ...(options.tags ? ['--tags', options.tags.join(',')] : []),
    ...(options.skipTags ? ['--skip-tags', options.skipTags.join(',')] : []),
    ...(options.check ? ['--check'] : []),
    'ansible.yml',
  ];
  const {code, stdout, stderr} = await ansible(args, path.join(here, name));
  expect([0, 2], `${stdout}${stderr}`).toContain(code);
  const lines = stdout.split('\n').flatMap((line) => /^RECORD (.*)$/.exec(line)?.[1] ?? []);
  const tasks = lines.flatMap((line) => {
    const {task, action, status} = JSON.parse(line) as Readonly<Record<string, string>>;
    return apart.test(action ?? '') ? [] : [`${task?.replace(/^\S+ : /, '')}: ${status}`];
  });
  return {tasks, files: filesIn(place), isWell: code === 0};
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
    ANSIBLE_REMOTE_TEMP: path.join(work, 'tmp'),
    ANSIBLE_NOCOLOR: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return new Promise((resolve, reject) => {
    execFile('ansible-playbook', [...args], {cwd, env: environment}, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({code: Number(error?.code ?? 0), stdout, stderr});
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
