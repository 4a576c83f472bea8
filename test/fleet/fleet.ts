import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {allOf, capture, docker, lines, must, type Output} from './docker.ts';
import {recordFile, writeFleetFiles} from './files.ts';
import {ensureImages, hostImage} from './image.ts';
import {type FleetKeys, fleetKeys} from './keys.ts';
import {
  checkout,
  checkoutId,
  checkoutLabel,
  containerName,
  fleetLabel,
  type HostPlan,
  type Layout,
  layout,
  shortHash,
} from './layout.ts';
import {withLock} from './lock.ts';
import {ensureMirror} from './mirror.ts';

/** The running hosts, and ways to look at them that do not go through vprov. */
export interface Fleet {
  /** `.fleet`, as an absolute path. */
  readonly dir: string;
  /** The inventory, as an absolute path. */
  readonly inventory: string;
  /** For `ssh -F`, as an absolute path. */
  readonly sshConfig: string;
  readonly hosts: readonly HostPlan[];
  /** Runs a script by /bin/sh as root on a host, through the engine and not through SSH. */
  exec(host: string, script: string): Promise<Output>;
  /** The same, for a script that must succeed; answers what it wrote, trimmed. */
  read(host: string, script: string): Promise<string>;
  /** Makes hosts as new (all when none is named): same names, ports and host keys, nothing else left. */
  reset(...hosts: string[]): Promise<void>;
  /** Removes containers, network and `.fleet`. */
  stop(): Promise<void>;
}

/** How a host's container is, as the engine sees it. */
type Condition = 'up' | 'stopped' | 'missing' | 'outdated';

/** What a running host was made by: another recipe or another quirk means another host. */
const madeFromLabel = 'vprov.made-from';

/** Makes sure that the fleet runs: takes up what is there, starts or remakes the rest. Safe to call twice, or at once. */
export async function ensureFleet(
  plan: Layout = layout(),
  say: (line: string) => void = toStderr,
): Promise<Fleet> {
  await engine('up');
  return withLock(`fleet-${plan.id}`, async () => {
    const keys = await fleetKeys(plan);
    writeFleetFiles(plan, keys);
    const conditions = await inspect(plan, keys);
    const missing = plan.hosts.filter((host) => conditions.get(host.name) !== 'up');
    const suites = missing.map((host) => host.suite);
    await allOf([ensureMirror(say), ensureImages(suites, say)]);
    if (missing.length > 0) {
      await ensureNetwork(plan);
      await bringUp(plan, keys, missing, conditions);
      say(`the fleet is up: ${plan.hosts.map((host) => `${host.name} (${host.suite})`).join(', ')}`);
    }
    return handle(plan, keys);
  });
}

/** Removes a fleet and all that it wrote; nothing there is not an error. */
export function removeFleet(plan: Layout = layout()): Promise<void> {
  return withLock(`fleet-${plan.id}`, async () => {
    const written = existsSync(plan.dir);
    // Containers of an engine that was stopped are still there, on its disk.
    if (written) await engine('up');
    if (written || (await engineAnswers())) await removeLabelled(`${fleetLabel}=${plan.id}`);
    rmSync(plan.dir, {recursive: true, force: true});
  });
}

/** Where no engine can be had this fails, and says why. */
async function engine(command: 'up'): Promise<void> {
  await must(join(checkout, 'scripts', 'engine.sh'), [command]);
}

async function engineAnswers(): Promise<boolean> {
  return (await capture(join(checkout, 'scripts', 'engine.sh'), ['status'])).exitCode === 0;
}

function handle(plan: Layout, keys: FleetKeys): Fleet {
  const planOf = (name: string): HostPlan => {
    const found = plan.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`the fleet has no host ${name}`);
    return found;
  };
  const exec = (host: string, script: string) =>
    capture('docker', ['exec', '-i', containerName(plan, planOf(host).name), 'sh', '-s'], script);
  return {
    dir: plan.dir,
    inventory: join(plan.dir, 'hosts.yml'),
    sshConfig: join(plan.dir, 'ssh_config'),
    hosts: plan.hosts,
    exec,
    read: async (host, script) => {
      const {exitCode, stdout, stderr} = await exec(host, script);
      if (exitCode !== 0) throw new Error(`${host}: exit ${exitCode}: ${stderr || stdout}`);
      return stdout.trim();
    },
    reset: (...names) => {
      const chosen = names.length > 0 ? names.map(planOf) : plan.hosts;
      if (names.length === 0) rmSync(recordFile(plan), {force: true});
      return withLock(`fleet-${plan.id}`, async () => {
        await bringUp(plan, keys, chosen, new Map(chosen.map((host) => [host.name, 'outdated'])));
      });
    },
    stop: () => removeFleet(plan),
  };
}

async function inspect(plan: Layout, keys: FleetKeys): Promise<Map<string, Condition>> {
  const format = `{{.Names}}\t{{.State}}\t{{.Label "${madeFromLabel}"}}`;
  const all = await docker('ps', '-a', '--filter', `label=${fleetLabel}=${plan.id}`, '--format', format);
  const seen = new Map(lines(all).map((line) => [line.split('\t')[0], line.split('\t').slice(1)] as const));
  const conditionOf = (host: HostPlan) =>
    condition(madeFrom(host, keys), seen.get(containerName(plan, host.name)));
  return new Map(plan.hosts.map((host) => [host.name, conditionOf(host)]));
}

function condition(wanted: string, seen: readonly string[] | undefined): Condition {
  if (seen === undefined) return 'missing';
  const [state, made] = seen;
  if (made !== wanted) return 'outdated';
  if (state === 'running') return 'up';
  // A host whose engine was killed under it comes back as it was; one that never started does not.
  return state === 'exited' ? 'stopped' : 'outdated';
}

function madeFrom(host: HostPlan, {login, hosts}: FleetKeys): string {
  const keys = shortHash(`${login.publicText} ${hosts.get(host.name)?.publicText}`);
  return `${hostImage(host.suite)} keys=${keys} hardened=${host.hardened} password=${host.asksPassword}`;
}

async function ensureNetwork(plan: Layout): Promise<void> {
  if ((await capture('docker', ['network', 'inspect', plan.network])).exitCode === 0) return;
  const labels = [`${fleetLabel}=${plan.id}`, `${checkoutLabel}=${checkoutId}`];
  await docker('network', 'create', ...labels.flatMap((label) => ['--label', label]), plan.network);
}

async function bringUp(
  plan: Layout,
  keys: FleetKeys,
  hosts: readonly HostPlan[],
  conditions: ReadonlyMap<string, Condition>,
): Promise<void> {
  // testcontainers takes half a second to load: only who starts a host waits for it.
  const {startHost, wakeHost} = await import('./host.ts');
  await allOf(
    hosts.map(async (host) => {
      if (conditions.get(host.name) === 'stopped') return wakeHost(plan, host);
      if (conditions.get(host.name) === 'outdated')
        await docker('rm', '-f', '-v', containerName(plan, host.name));
      await startHost(plan, host, keys, {[madeFromLabel]: madeFrom(host, keys)});
    }),
  );
}

/** Removes the containers, then the networks, that carry a label. */
async function removeLabelled(label: string): Promise<void> {
  const containers = lines(await docker('ps', '-aq', '--filter', `label=${label}`));
  if (containers.length > 0) await docker('rm', '-f', '-v', ...containers);
  const networks = lines(await docker('network', 'ls', '-q', '--filter', `label=${label}`));
  if (networks.length > 0) await docker('network', 'rm', ...networks);
}

function toStderr(line: string): void {
  process.stderr.write(`fleet: ${line}\n`);
}
