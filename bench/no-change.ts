import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {checkout, type HostPlan, layout, sudoPassword} from '../test/fleet/layout.ts';

/**
 * How long a run takes that changes nothing, on the fleet after `make demo`, against the raw limit: one parallel
 * `ssh HOST sudo sh -s` per host, fed with the run's own probes, and before them with the password where sudo asks for
 * one. Medians of five rounds, the two in turn.
 *
 *     make bench        prints the table; fails when the run takes more than 4 times the limit, or more than 2.2 s
 */

const rounds = 5;
const mostTimes = 4;
const mostSeconds = 2.2;
/** Another fleet than `.fleet` is named as `make fleet` names it: FLEET=NAME. */
const {dir, hosts} = layout();
const vprov = [
  join(checkout, 'dist/vprov.mjs'),
  'run',
  join(checkout, 'playbooks/vault.yml'),
  '-i',
  join(dir, 'hosts.yml'),
];

interface Finished {
  readonly seconds: number;
  readonly stdout: string;
}

/** Runs a command to its end. @throws Error with its standard error when it fails */
function finish(command: string, args: readonly string[], stdin?: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = process.hrtime.bigint();
    const child = spawn(command, args, {stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe']});
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin?.end(stdin);
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const stdout = Buffer.concat(out).toString('utf8');
      if (code === 0) resolve({seconds, stdout});
      else
        reject(
          new Error(
            `${command} ${args.join(' ')} ended with ${code}:\n${stdout.slice(-1_000)}${Buffer.concat(err).toString('utf8').slice(-1_000)}`,
          ),
        );
    });
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What `ssh HOST` is fed with, and the command that it is fed to. */
interface Feed {
  readonly host: string;
  readonly sudo: readonly string[];
  readonly stdin: string;
}

/** The run's own probes; before them, where sudo asks, the password: sudo reads no further than its line. */
async function feedOf({name: host, asksPassword}: HostPlan): Promise<Feed> {
  const {stdout: probes} = await finish('node', [...vprov, '--print-probes', host]);
  if (!asksPassword) return {host, sudo: ['sudo'], stdin: probes};
  // -k: never by what it remembers, or the password would be read by the shell.
  return {host, sudo: ['sudo', '-k', '-S', '-p', "''"], stdin: `${sudoPassword}\n${probes}`};
}

async function rawLimit(feeds: readonly Feed[]): Promise<number> {
  const started = process.hrtime.bigint();
  const each = feeds.map(({host, sudo, stdin}) =>
    finish('ssh', ['-F', join(dir, 'ssh_config'), host, ...sudo, 'sh', '-s'], stdin),
  );
  await Promise.all(each);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** How many things a run changed. */
function changedBy(run: Finished): number {
  const summary = JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '{}') as {
    hosts?: Record<string, {changed: number}>;
  };
  return Object.values(summary.hosts ?? {}).reduce((sum, host) => sum + host.changed, 0);
}

async function main(): Promise<void> {
  await finish('node', [...vprov, '--output', 'json']);
  const changed = changedBy(await finish('node', [...vprov, '--output', 'json']));
  if (changed > 0) throw new Error(`a second run still changes ${changed} things`);
  const feeds: Feed[] = [];
  for (const host of hosts) feeds.push(await feedOf(host));
  const runs: number[] = [];
  const limits: number[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push((await finish('node', vprov)).seconds);
    limits.push(await rawLimit(feeds));
  }
  const times = median(runs) / median(limits);
  console.log(row(`vprov run, ${hosts.length} hosts, 0 changed`, runs));
  console.log(row('ssh HOST sudo sh -s, in parallel', limits));
  console.log(
    `${times.toFixed(2)} times the raw limit (at most ${mostTimes}), ${median(runs).toFixed(2)} s (at most ${mostSeconds})`,
  );
  if (times > mostTimes || median(runs) > mostSeconds) process.exitCode = 1;
}

function row(name: string, values: readonly number[]): string {
  const seconds = values.map((value) => value.toFixed(2).padStart(6)).join('');
  return `${name.padEnd(34)}${seconds}   median ${median(values).toFixed(2)} s`;
}

await main();
