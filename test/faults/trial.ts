import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {Bench, type Ran, shell, textOf} from '../loopback/engine.ts';
import {authorize} from '../loopback/keys.ts';
import {type Ring, startRing} from '../loopback/ring.ts';
import {type Fault, startRelay, type Weather} from './relay.ts';

/** The host's time: after it, silence is a loss. A bad network needs more of it. */
const timeoutSeconds = {fault: 3, weather: 30} as const;
/** No run may take longer than what its faults explain: connecting, silence, and one reconnect. */
const longestMs = 60_000;

/** Numbers from 0 to less than 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The hosts of a trial. */
export interface World {
  readonly ring: Ring;
  /** The host on the way, where there is one: the network before it is the one that fails. */
  readonly bastion?: Ring;
}

/** A world with a host on the way, which takes the same key. */
export async function startWorldBehind(): Promise<Required<World>> {
  const [ring, bastion] = await Promise.all([startRing({shell: 'dash'}), startRing({shell: 'dash'})]);
  authorize(bastion.directory, ring.keyFile);
  return {ring, bastion};
}

export interface Trial {
  readonly fault?: Fault;
  readonly weather?: Weather;
  readonly seed: number;
}

let trials = 0;

/** A project of its own on the ring: changes of several sorts, an action, a handler. */
class Project {
  readonly place: string;
  readonly #world: World;
  readonly #big = 'big '.repeat(60_000);

  constructor(world: World) {
    this.#world = world;
    this.place = path.join(world.ring.directory, 'home-pi', `trial-${trials++}`);
    mkdirSync(this.place);
  }

  at(name: string): string {
    return path.join(this.place, name);
  }

  /** @param port that of the network: it leads to the host, or to the one on the way */
  async run(port: number, timeout: number = timeoutSeconds.weather): Promise<Ran> {
    const {ring} = this.#world;
    const bench = new Bench({wallpi: ring}, {wallpi: {...this.#way(port), timeout}});
    const play = {
      tasks: [
        {name: 'folder', file: {path: this.at('folder'), state: 'directory', mode: '0750'}},
        {name: 'small', copy: {content: 'small\n', dest: this.at('folder/small')}, notify: 'tell'},
        {name: 'big', copy: {src: bench.write('files/big', this.#big), dest: this.at('big'), mode: '0600'}},
        shell('act', `echo once >>${this.at('acts')}`),
        {name: 'link', file: {path: this.at('link'), src: this.at('big'), state: 'link'}},
        {name: 'mode', file: {path: this.at('folder/small'), mode: '0640'}},
      ],
      handlers: [shell('tell', `echo told >>${this.at('told')}`)],
    };
    try {
      return await bench.run(play);
    } finally {
      bench.remove();
    }
  }

  #way(port: number): Readonly<Record<string, unknown>> {
    const {ring, bastion} = this.#world;
    if (!bastion) return {port, known_hosts_file: ring.trustFor(port)};
    const both = [ring.knownHostsFile, bastion.trustFor(port)].map((file) => readFileSync(file, 'utf8'));
    const known = path.join(ring.directory, `known_hosts_by_${port}`);
    writeFileSync(known, both.join(''));
    return {proxy_jump: `pi@127.0.0.1:${port}`, known_hosts_file: known};
  }

  /** All is as the play says, and what is to be done once was. */
  check(acts: number): void {
    expect(readFileSync(this.at('folder/small'), 'utf8')).toBe('small\n');
    expect(statSync(this.at('folder/small')).mode & 0o777).toBe(0o640);
    expect(statSync(this.at('folder')).mode & 0o777).toBe(0o750);
    expect(readFileSync(this.at('big'), 'utf8')).toBe(this.#big);
    expect(readFileSync(this.at('link'), 'utf8')).toBe(this.#big);
    expect(textOf(this.at('acts')).length).toBeLessThanOrEqual('once\n'.length * acts);
    expect(textOf(this.at('told'))).toMatch(/^(told\n)+$/);
    for (const left of ['', 'folder']) expect(textOf(path.join(this.place, left, '.vprov'))).toBe('');
  }
}

/** Whose network fails. */
function failing({ring, bastion}: World): Ring {
  return bastion ?? ring;
}

/** How many bytes a run without a fault takes. */
export async function bytesOfRun(world: World): Promise<number> {
  const relay = await startRelay(failing(world), {random: () => 0});
  const project = new Project(world);
  const ran = await project.run(relay.port);
  expect(ran.summary.exitCode, ran.statuses.join(', ')).toBe(0);
  project.check(1);
  const bytes = relay.passed();
  await relay.stop();
  return bytes;
}

/**
 * A run during which the network fails: it ends right, or it says on which host, in which task and why it does not; and
 * then the next run over a good network makes it right. @returns its exit code
 */
export async function tryFault(world: World, bytes: number, trial: Trial): Promise<number> {
  const random = seeded(trial.seed);
  const {fault, weather} = trial;
  const atBytes = Math.floor(random() * bytes);
  const relay = await startRelay(failing(world), {
    ...(fault ? {fault, atBytes} : {}),
    ...(weather ? {weather} : {}),
    random,
  });
  const project = new Project(world);
  const startedMs = performance.now();
  const ran = await project.run(relay.port, fault ? timeoutSeconds.fault : timeoutSeconds.weather);
  expect(performance.now() - startedMs).toBeLessThan(longestMs);
  await relay.stop();
  const {exitCode} = ran.summary;
  // What an action did is done at most once in a run, whatever became of the connection.
  expect(textOf(project.at('acts')).length).toBeLessThanOrEqual('once\n'.length);
  if (exitCode !== 0) {
    const told = ran.events.flatMap((event) => {
      if (event.type === 'task' && ['failed', 'unreachable'].includes(event.status))
        return [`${event.host}, ${event.task.name}: ${event.message}`];
      return event.type === 'host' && event.status === 'unreachable'
        ? [`${event.host}: ${event.reason}`]
        : [];
    });
    // 6: not reached any more, and a handler stays owed.
    expect([2, 4, 6], told.join('; ')).toContain(exitCode);
    // Whoever is on the way is named, unless the loss came when the host itself was at work.
    if (world.bastion && exitCode !== 2) expect(told.join('; ')).toContain('through pi@127.0.0.1:');
    expect(told.join('; ')).toMatch(/^wallpi[,:].*(lost|handshake|closed|SSH connection|took longer|no way)/);
  } else project.check(1);
  if (exitCode !== 0) {
    const good = await startRelay(failing(world), {random});
    const again = await project.run(good.port);
    await good.stop();
    expect([again.summary.exitCode, again.statuses.join(', ')]).toEqual([0, expect.any(String)]);
    project.check(2);
  }
  return exitCode;
}
