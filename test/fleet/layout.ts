import {createHash} from 'node:crypto';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';

/** The Debian releases that hosts run: today's Raspberry Pi OS is built on trixie, many still run bookworm. */
export type Suite = 'bookworm' | 'trixie';

/** One host of the fleet as it is wanted. */
export interface HostPlan {
  readonly name: string;
  readonly suite: Suite;
  readonly port: number;
  /** Hardened sshd: no TCP forwarding, two sessions a connection. */
  readonly hardened: boolean;
  /** sudo asks for `sudoPassword`. */
  readonly asksPassword: boolean;
}

/** Everything that tells one fleet from another on this machine. */
export interface Layout {
  /** Where the inventory and the keys are written: `.fleet`, or `.fleet-NAME` for a second fleet. */
  readonly dir: string;
  /** Hash of `dir`: the name that containers, network and lock carry. */
  readonly id: string;
  readonly network: string;
  readonly hosts: readonly HostPlan[];
}

/** The label on every container and network; its value is the fleet's id. */
export const fleetLabel = 'vprov.fleet';
/** The label that belongs to all fleets of one checkout. */
export const checkoutLabel = 'vprov.checkout';

export const checkout = resolve(import.meta.dirname, '../..');
export const checkoutId = shortHash(checkout);

/** What `pi` answers when a host's sudo asks. */
export const sudoPassword = 'raspberry';

/** Where downloads live that outlast a clone. */
export function cacheDir(...parts: string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vprov', ...parts);
}

/** The first twelve hex digits of a text's SHA-256. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** How many files of the ring run at once: they mostly wait, for elections and for what settles. */
export const workersOfRing = 2;

/**
 * The fleet of one of the ring's workers: the first has the one that is called `name`, each other one of its own beside it.
 * @param worker from 1
 */
export function fleetOfWorker(name: string, worker: number): string {
  return worker === 1 ? name : `${name}${worker}`;
}

/**
 * Where the fleet called `name` lives; the default fleet has the empty name.
 * deskpi is hardened and atticpi's sudo asks for a password, unless FLEET_QUIRKS=0.
 */
export function layout(name = process.env.FLEET ?? ''): Layout {
  if (!/^[a-z0-9]*$/.test(name)) throw new Error(`FLEET=${name}: a fleet's name has only a-z and 0-9`);
  const dir = join(checkout, name === '' ? '.fleet' : `.fleet-${name}`);
  const id = shortHash(dir);
  const quirks = process.env.FLEET_QUIRKS !== '0';
  const names = ['sense', 'wallpi', 'frontpi', 'deskpi', 'atticpi'];
  const hosts = names.map((host, index) => ({
    name: host,
    suite: host === 'sense' || host === 'deskpi' ? ('trixie' as const) : ('bookworm' as const),
    port: firstPort(id) + index,
    hardened: quirks && host === 'deskpi',
    asksPassword: quirks && host === 'atticpi',
  }));
  return {dir, id, network: `vprov-${id}`, hosts};
}

/** The name of a host's container. */
export function containerName(fleet: Layout, host: string): string {
  return `vprov-${fleet.id}-${host}`;
}

/**
 * Ten ports a fleet, the same at every start, so that known_hosts and the inventory outlive a restart;
 * below the ephemeral ports, so that no client of ours can be sitting on one.
 */
function firstPort(id: string): number {
  return 20_000 + (Number.parseInt(id.slice(0, 6), 16) % 1_200) * 10;
}
