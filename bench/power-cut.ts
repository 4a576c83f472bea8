import {setTimeout as wait} from 'node:timers/promises';
import {beginWithClient, type KeptKeys, newKeeper} from '../test/fleet/bootstrap.ts';
import {addressesOf, firstWrite} from '../test/fleet/client.ts';
import {docker} from '../test/fleet/docker.ts';
import {ensureFleet} from '../test/fleet/fleet.ts';
import {containerName, layout} from '../test/fleet/layout.ts';
import {vprov} from '../test/fleet/vprov.ts';

/**
 * How long a cluster is away after a power cut: all five hosts are killed and started, and from the last sshd that is up
 * it is counted until a client's write is taken. `vault-unseal.yml` does it, with an identity that a passphrase protects;
 * turn and turn about with who has the shares at hand and sends three of them to all members as soon as each answers,
 * which is what the servers themselves take.
 *
 *     npx tsx bench/power-cut.ts [MULTIPLIER] [ROUNDS]      performance_multiplier; on a fleet of its own: FLEET=NAME
 */

const [multiplier = '1', rounds = '3'] = process.argv.slice(2);
const mostMs = 8_000;
const mostTimes = 1.2;

process.env.VPROV_AGE_PASSPHRASE = 'seven words that nobody else would ever think of';
const fleet = await ensureFleet();
await fleet.reset();
const keeper = await newKeeper();
const token = await beginWithClient(fleet, keeper, '-e', `vault_performance_multiplier=${multiplier}`);
const kept = await keeper.keys();
await protectIdentity();

const times = {vprov: [] as number[], server: [] as number[]};
for (let round = 0; round < Number(rounds); round++) {
  times.vprov.push(await measured('vault-unseal.yml', byVprov));
  times.server.push(await measured('by hand', byHand));
}
keeper.remove();
const [ours, servers] = [median(times.vprov), median(times.server)];
console.log(
  `performance_multiplier ${multiplier}: ${ours} ms; the server itself ${servers} ms (${(ours / servers).toFixed(2)} times)`,
);
if (multiplier === '1' ? Math.max(...times.vprov) > mostMs : ours > servers * mostTimes) process.exitCode = 1;

/** Milliseconds from the last sshd up until a write is taken. */
async function measured(name: string, unseal: () => Promise<void>): Promise<number> {
  await docker('kill', ...fleet.hosts.map((host) => containerName(layout(), host.name)));
  await ensureFleet();
  const startedMs = performance.now();
  const addresses = await addressesOf(fleet);
  const unsealing = unseal();
  await firstWrite(addresses, token);
  const tookMs = Math.round(performance.now() - startedMs);
  await unsealing;
  console.log(`multiplier ${multiplier}, ${name}: serving after ${tookMs} ms`);
  return tookMs;
}

async function byVprov(): Promise<void> {
  const {exitCode, stdout, stderr} = await vprov(
    ...['run', 'playbooks/vault-unseal.yml', '-i', fleet.inventory, ...keeper.options],
  );
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${stdout}${stderr}`);
}

async function byHand(): Promise<void> {
  await Promise.all((await addressesOf(fleet)).map((address) => unsealed(address, kept)));
}

async function unsealed(address: string, {shares}: KeptKeys): Promise<void> {
  for (const key of shares.slice(0, 3)) {
    while (!(await accepted(address, key))) await wait(20);
  }
}

async function accepted(address: string, key: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${address}:8200/v1/sys/unseal`, {
      method: 'PUT',
      body: JSON.stringify({key}),
    });
    return answer.ok;
  } catch {
    // It does not listen yet.
    return false;
  }
}

/** From here on the identity is opened by its passphrase, asked for once. */
async function protectIdentity(): Promise<void> {
  const identity = keeper.options[1] ?? '';
  const {exitCode, stderr} = await vprov('secrets', 'encrypt', identity, '--passphrase');
  if (exitCode !== 0) throw new Error(stderr);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
