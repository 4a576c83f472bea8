import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as after} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {type Ring, startRing} from '../loopback/ring.ts';

/** Of the random instants: printed, so that a run can be had again. */
const seed = Number(process.env.VPROV_SEED ?? Date.now() % 1_000_000);
const instants = Number(process.env.VPROV_INSTANTS ?? 50);
const piUid = 20_001;

let ring: Ring;
/** Of the program, its playbook and its inventory. */
let project = '';
/** On the host. */
let place = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  project = mkdtempSync(path.join(tmpdir(), 'vprov-chaos-'));
  place = path.join(ring.directory, 'home-pi', 'place');
  await bundle('src/main.ts', path.join(project, 'vprov.mjs'));
  const host = {host: '127.0.0.1', port: ring.port, user: 'pi'};
  const keys = {private_key_file: ring.keyFile, known_hosts_file: ring.knownHostsFile};
  const inventory = {all: {hosts: {wallpi: {...host, ...keys}}}};
  writeFileSync(path.join(project, 'hosts.yml'), JSON.stringify(inventory));
  writeFileSync(path.join(project, 'large'), large.after);
  writeFileSync(path.join(project, 'play.yml'), JSON.stringify([play()]));
});

afterAll(async () => {
  await ring?.stop();
  if (project) rmSync(project, {recursive: true});
});

const at = (...names: readonly string[]): string => path.join(place, ...names);

/** Too large to ride in a script: it is uploaded. */
const large = {before: 'old '.repeat(50_000), after: 'new '.repeat(60_000)};
const files: Readonly<Record<string, {readonly before?: string; readonly after: string}>> = {
  config: {before: 'old config\n', after: 'new config\n'},
  large,
  'deep/new': {after: 'made\n'},
  second: {before: 'old second\n', after: 'new second\n'},
};

/** What a handler notes: what it found, so that its last note tells whether it ran after the last change. */
function handler(name: string, found: string): object {
  const script = `echo ${name} $(cat ${at(found)}) >>${at('log')}`;
  return {name, command: {argv: ['sh', '-c', script]}};
}

function play(): object {
  const copy = (name: string, more: object = {}): object => ({
    name,
    copy: {content: files[name]?.after, dest: at(name)},
    ...more,
  });
  return {
    hosts: 'all',
    become: true,
    gather_facts: false,
    tasks: [
      copy('config', {notify: 'first'}),
      {name: 'large', copy: {src: 'large', dest: at('large')}, notify: 'second'},
      {name: 'deep', file: {path: at('deep'), state: 'directory', mode: '0750'}},
      copy('deep/new', {notify: ['first', 'third']}),
      {name: 'link', file: {path: at('current'), state: 'link', target: 'two'}, notify: 'third'},
      {name: 'command', command: {argv: ['touch', at('made')], creates: at('made')}, notify: 'third'},
      copy('second', {notify: 'second'}),
    ],
    handlers: [handler('first', 'config'), handler('second', 'second'), handler('third', 'current/version')],
  };
}

/** The host as before the first run. */
function reset(): void {
  rmSync(place, {recursive: true, force: true});
  rmSync(path.join(ring.directory, 'var-lib', 'vprov'), {recursive: true, force: true});
  for (const version of ['one', 'two']) {
    mkdirSync(at(version), {recursive: true});
    writeFileSync(at(version, 'version'), `${version}\n`);
  }
  symlinkSync('one', at('current'));
  for (const [name, {before}] of Object.entries(files))
    if (before !== undefined) writeFileSync(at(name), before);
  chownSync(place, piUid, piUid);
}

interface Ended {
  readonly exitCode: number | null;
  readonly lines: readonly string[];
  readonly durationMs: number;
}

/** The program as people run it; it is killed after so many events, or so many milliseconds. */
async function vprov(
  killed: {readonly afterEvents?: number; readonly afterMs?: number} = {},
): Promise<Ended> {
  const begun = Date.now();
  const args = ['vprov.mjs', 'run', 'play.yml', '-i', 'hosts.yml', '--output', 'json'];
  const child = spawn(process.execPath, args, {cwd: project, stdio: ['ignore', 'pipe', 'inherit']});
  const closed = once(child, 'close');
  const lines: string[] = [];
  const ending = new AbortController();
  if (killed.afterMs !== undefined)
    after(killed.afterMs, undefined, {signal: ending.signal}).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  for await (const line of createInterface({input: child.stdout})) {
    lines.push(line);
    if (lines.length === killed.afterEvents) child.kill('SIGKILL');
  }
  const [exitCode] = await closed;
  ending.abort();
  return {exitCode, lines, durationMs: Date.now() - begun};
}

/** Every managed file is old or new, and nothing in between. */
function torn(): readonly string[] {
  const wrong = Object.entries(files).flatMap(([name, {before, after: wanted}]) => {
    const found = existsSync(at(name)) ? readFileSync(at(name), 'utf8') : undefined;
    return found === before || found === wanted
      ? []
      : [`${name} is ${found?.slice(0, 20)}… (${found?.length})`];
  });
  const target = readlinkSync(at('current'));
  return target === 'one' || target === 'two' ? wrong : [...wrong, `current leads to ${target}`];
}

/** What the next run did not bring to its goal, or left behind. */
function unfinished(): readonly string[] {
  const notes = readFileSync(at('log'), 'utf8').trim().split('\n');
  const last = (name: string): string | undefined => notes.findLast((note) => note.startsWith(`${name} `));
  const owed = path.join(ring.directory, 'var-lib', 'vprov', 'owed');
  const left = execFileSync('find', [place, path.join(ring.directory, 'var-lib'), '-name', '.*'], {
    encoding: 'utf8',
  });
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ...Object.entries(files).map(
      ([name, file]) =>
        [name, existsSync(at(name)) && readFileSync(at(name), 'utf8') === file.after, true] as const,
    ),
    ['current', readlinkSync(at('current')), 'two'],
    ['the handler first', last('first'), 'first new config'],
    ['the handler second', last('second'), 'second new second'],
    ['the handler third', last('third'), 'third two'],
    ['owed', existsSync(owed) ? readdirSync(owed) : [], []],
    ['temporary files', left, ''],
  ];
  return expected.flatMap(([what, found, wanted]) =>
    JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`${what}: ${JSON.stringify(found)}`],
  );
}

/** Kills a run, and lets the next one finish. @returns what is wrong after either */
async function survives(killed: Parameters<typeof vprov>[0]): Promise<readonly string[]> {
  reset();
  await vprov(killed);
  const broken = torn();
  const next = await vprov();
  const failure =
    next.exitCode === 0 ? [] : [`the next run ended with ${next.exitCode}: ${next.lines.join('\n')}`];
  return [...broken, ...failure, ...torn(), ...unfinished()];
}

/** Numbers from 0 to 1, the same for the same seed. @see Numerical Recipes, "quick and dirty" generators */
function random(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a run that is killed', () => {
  it('at any of its events leaves every file whole, and the next run finishes and owes nothing', async () => {
    reset();
    const whole = await vprov();
    expect([whole.exitCode, unfinished()]).toEqual([0, []]);
    expect(whole.lines.length).toBeGreaterThan(20);
    for (let events = 1; events <= whole.lines.length; events++)
      expect([events, await survives({afterEvents: events})]).toEqual([events, []]);
  }, 600_000);

  it(`at ${instants} random instants too (VPROV_SEED=${seed})`, async () => {
    reset();
    const {durationMs} = await vprov();
    const next = random(seed);
    for (let count = 0; count < instants; count++) {
      const afterMs = Math.round(next() * durationMs);
      expect([afterMs, await survives({afterMs})]).toEqual([afterMs, []]);
    }
  }, 600_000);
});
