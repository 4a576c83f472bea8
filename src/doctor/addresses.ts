import {isIP} from 'node:net';
import {isLoopback} from '../reachability/index.ts';
import type {HostFacts} from '../resources/index.ts';
import {type ReadServer, settingsOfFiles} from '../vault/index.ts';

/** What the inventory and the host say of its addresses. */
export interface OwnAddresses {
  /** By which the other members reach the host. */
  readonly address: string;
  readonly facts: Pick<HostFacts, 'addresses'>;
}

/** What of a configuration keeps the others from the server, each a sentence. What only the server can work out is no mistake. */
export function addressMistakes(
  {configuration, listeners}: Pick<ReadServer, 'configuration' | 'listeners'>,
  own: OwnAddresses,
): readonly string[] {
  const hosts = listeners.map(({address}) => hostOf(address));
  const listens =
    hosts.length > 0 && hosts.every((host) => host !== undefined && isLoopback(host))
      ? [`it listens on ${hosts.join(' and ')} alone: no other member reaches it`]
      : [];
  const settings = settingsOfFiles(configuration);
  const told = ['api_addr', 'cluster_addr'].flatMap((key) => {
    const value = settings.get(key)?.value ?? '';
    const problem = problemOf(hostOf(value.replace(/^https?:\/\//, '')), own);
    return problem === undefined ? [] : [`${key} is ${value}, ${problem}`];
  });
  return [...listens, ...told];
}

/** Of `[::1]:8200`, `wallpi:8200/`, `:8200`; undefined where a template or nothing stands there. */
function hostOf(address: string): string | undefined {
  const [, six, other] = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9A-Za-z._-]+))(?::\d+)?\/?$/.exec(address) ?? [];
  return six ?? other;
}

function problemOf(host: string | undefined, {address, facts}: OwnAddresses): string | undefined {
  if (host === undefined || host === address) return undefined;
  if (isLoopback(host)) return 'which leads each of the others to itself';
  if (['0.0.0.0', '::'].includes(host)) return 'which is no address to reach anybody by';
  const isForeign = isIP(host) !== 0 && facts.addresses.length > 0 && !facts.addresses.includes(host);
  return isForeign
    ? `and the host has no such address (it has ${facts.addresses.join(', ')}; the inventory says ${address})`
    : undefined;
}
