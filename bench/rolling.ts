import {beginWithClient, newKeeper} from '../test/fleet/bootstrap.ts';
import {type Service, startClient} from '../test/fleet/client.ts';
import {ensureFleet} from '../test/fleet/fleet.ts';
import {newerVersion} from '../test/fleet/product.ts';
import {runVprov} from '../test/fleet/vprov.ts';

/**
 * What a client sees of a cluster whose members are restarted or upgraded: it writes and reads every 100 ms through a list
 * of addresses. Every acknowledged write must be there at the end, and never may more than one member be off or sealed.
 *
 *     npx tsx bench/rolling.ts restart [ROUNDS]     or upgrade; on a fleet of its own: FLEET=NAME
 */

const [what = 'restart', rounds = '10'] = process.argv.slice(2);
const mostP95Ms = 1_000;
const mostMs = 3_000;

const fleet = await ensureFleet();
const longest: number[] = [];
let lost = 0;
let mostDown = 0;

async function round(token: string, playbook: string, ...options: readonly string[]): Promise<Service> {
  const client = await startClient(fleet, token);
  const startedMs = performance.now();
  const ran = await runVprov(fleet, playbook, ...options);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const seen = await client.stop();
  if (ran.exitCode !== 0)
    throw new Error(
      `exit code ${ran.exitCode}: ${ran.tasks.flatMap(({message}) => message ?? []).join('; ')}`,
    );
  const [gap = 0, second = 0] = seen.gapsMs;
  console.log(
    `${what} in ${seconds} s: ${seen.writes} writes, ${seen.lost.length} lost, longest gap ${gap} ms, then ${second} ms, at most ${seen.mostDown} down`,
  );
  longest.push(gap);
  lost += seen.lost.length;
  mostDown = Math.max(mostDown, seen.mostDown);
  return seen;
}

async function begin(): Promise<{readonly token: string; readonly options: readonly string[]; end(): void}> {
  await fleet.reset();
  const keeper = await newKeeper();
  const token = await beginWithClient(fleet, keeper);
  return {token, options: keeper.options, end: keeper.remove};
}

let cluster = await begin();
for (let one = 0; one < Number(rounds); one++) {
  if (what === 'restart') {
    await round(
      cluster.token,
      'playbooks/vault-restart.yml',
      ...cluster.options,
      '-e',
      'vault_restart_which=all',
    );
    continue;
  }
  await round(
    cluster.token,
    'playbooks/vault-upgrade.yml',
    ...cluster.options,
    '-e',
    `vault_version=${newerVersion}`,
  );
  cluster.end();
  cluster = await begin();
}
cluster.end();

const sorted = longest.toSorted((a, b) => a - b);
const p95 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)] ?? 0;
const max = sorted.at(-1) ?? 0;
console.log(`longest gaps of ${sorted.length} rounds: ${sorted.join(' ')} ms; p95 ${p95} ms, max ${max} ms`);
if (lost > 0 || mostDown > 1 || p95 > mostP95Ms || max > mostMs) process.exitCode = 1;
