import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Ring, startRing} from '../test/loopback/ring.ts';

/**
 * How long a run of many copies takes that changes nothing, on one host, as a whole process of the built program:
 * directly, and through a relay that keeps every byte for a while. The best of several rounds, since whatever else the
 * machine does only makes it slower.
 *
 *     make bench        needs root, for the sshd of its own; fails beyond the limits. Latency is that of each way.
 */

const rounds = 7;

const cases = [
  {tasks: 24, latencyMs: 0, mostMs: 1_500, mostTrips: 3},
  {tasks: 100, latencyMs: 0, mostMs: 1_500, mostTrips: 4},
  {tasks: 100, latencyMs: 25, mostMs: 2_500, mostTrips: 4},
  {tasks: 100, latencyMs: 50, mostMs: 2_500, mostTrips: 4},
] as const;

/** A relay to a port of this machine that keeps bytes so many milliseconds, in each direction. */
async function startRelay(port: number, latencyMs: number): Promise<Server> {
  const carry = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), latencyMs));
    from.on('close', () => setTimeout(() => to.destroy(), latencyMs));
    from.on('error', () => undefined);
  };
  const relay = createServer({noDelay: true}, (client) => {
    const host = connect({port, host: '127.0.0.1', noDelay: true});
    carry(client, host);
    carry(host, client);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return relay;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

interface Finished {
  readonly ms: number;
  readonly trips: number;
  readonly changed: number;
}

/** One run, as a process. @throws Error when it fails */
async function vprov(folder: string, playbook: string, inventory: string): Promise<Finished> {
  const started = process.hrtime.bigint();
  const args = [
    'dist/vprov.mjs',
    'run',
    join(folder, playbook),
    '-i',
    join(folder, inventory),
    '--output',
    'json',
  ];
  const child = spawn(process.execPath, args, {stdio: ['ignore', 'pipe', 'inherit']});
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  const [exitCode] = await once(child, 'close');
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  const text = Buffer.concat(out).toString('utf8').trimEnd();
  if (exitCode !== 0) throw new Error(`the run ended with ${exitCode}:\n${text.slice(-2_000)}`);
  const {hosts} = JSON.parse(text.split('\n').at(-1) ?? '') as {
    hosts: Record<string, {changed: number; roundTrips: number}>;
  };
  return {ms, trips: hosts.wallpi?.roundTrips ?? 0, changed: hosts.wallpi?.changed ?? 0};
}

function writeProject(folder: string, ring: Ring): void {
  for (const tasks of new Set(cases.map((one) => one.tasks))) {
    const copies = Array.from({length: tasks}, (_, index) => ({
      name: `file ${index}`,
      copy: {content: `${index}\n`.repeat(20), dest: `${ring.directory}/home-pi/file-${index}`, mode: '0640'},
    }));
    writeFileSync(
      join(folder, `${tasks}.yml`),
      JSON.stringify([{hosts: 'all', become: true, tasks: copies}]),
    );
  }
}

function writeInventory(folder: string, ring: Ring, port: number, latencyMs: number): string {
  const known_hosts_file = port === ring.port ? ring.knownHostsFile : ring.trustFor(port);
  const host = {host: '127.0.0.1', port, user: 'pi', private_key_file: ring.keyFile, known_hosts_file};
  writeFileSync(join(folder, `${latencyMs}.json`), JSON.stringify({all: {hosts: {wallpi: host}}}));
  return `${latencyMs}.json`;
}

async function measure(folder: string, ring: Ring, one: (typeof cases)[number]): Promise<void> {
  const relay = one.latencyMs > 0 ? await startRelay(ring.port, one.latencyMs) : undefined;
  try {
    const inventory = writeInventory(folder, ring, relay ? portOf(relay) : ring.port, one.latencyMs);
    const runs: Finished[] = [];
    await vprov(folder, `${one.tasks}.yml`, inventory);
    for (let round = 0; round < rounds; round++)
      runs.push(await vprov(folder, `${one.tasks}.yml`, inventory));
    report(one, runs);
  } finally {
    relay?.close();
  }
}

function report(
  {tasks, latencyMs, mostMs, mostTrips}: (typeof cases)[number],
  runs: readonly Finished[],
): void {
  const best = Math.min(...runs.map(({ms}) => ms));
  const trips = Math.max(...runs.map((run) => run.trips));
  const all = runs.map(({ms}) => ms.toFixed(0).padStart(6)).join('');
  console.log(
    `${tasks} copies, ${latencyMs} ms each way`.padEnd(28),
    `${all}   best ${best.toFixed(0)} ms (at most ${mostMs}), ${trips} round trips (at most ${mostTrips})`,
  );
  if (best > mostMs || trips > mostTrips || runs.some(({changed}) => changed > 0)) process.exitCode = 1;
}

const folder = mkdtempSync(join(tmpdir(), 'vprov-bench-'));
const ring = await startRing({shell: 'dash'});
try {
  writeProject(folder, ring);
  for (const one of cases) await measure(folder, ring, one);
} finally {
  await ring.stop();
  rmSync(folder, {recursive: true, force: true});
}
