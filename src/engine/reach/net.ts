import {type Diagnostic, didYouMean, errorDiagnostic} from '../../errors/index.ts';
import {isLoopback, type Member, probeReachability, type Reachability} from '../../reachability/index.ts';
import {TransportError} from '../../transport/index.ts';
import {engineCodes} from '../codes.ts';
import {chooseHosts, type KnownHost, onEach, type ReachOptions} from './hosts.ts';

export interface NetOptions extends ReachOptions {
  readonly ports: readonly number[];
  /** Longest time for one connection from host to host. */
  readonly timeoutMs: number;
  /** The variable that says by what address the others reach a host; undefined: the first there is of the usual ones. */
  readonly addressVariable?: string;
  readonly forks: number;
  readonly now: () => number;
}

export interface Net extends Reachability {
  readonly diagnostics: readonly Diagnostic[];
  /** In the order of the inventory, with the address that the others use. */
  readonly hosts: readonly {readonly name: string; readonly address: string}[];
  /** Hosts that were not reached themselves: they were only asked for by the others. */
  readonly unreached: readonly {readonly name: string; readonly error: TransportError}[];
}

/** Without --address: as the role vault has it. */
const usualVariables = ['vault_address', 'host'] as const;

/** Looks, from each host through its own connection, at ports of all the others; at clocks and names as well. */
export async function lookAtNet(options: NetOptions): Promise<Net> {
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const addresses = hosts.map((host) => ({
    name: host.name,
    address: addressOf(host, options.addressVariable),
  }));
  // Who is alone is asked for by nobody.
  const others = hosts.length > 1 ? addresses : [];
  const mistakes = [
    ...addressMistake(hosts, options.addressVariable),
    ...others.flatMap((one) => loopbackMistake(one)),
  ];
  const nothing = {pairs: [], clocks: [], names: [], hosts: addresses, unreached: []};
  if (mistakes.length > 0) return {...nothing, diagnostics: [...diagnostics, ...mistakes]};
  const peers: readonly Member[] = addresses.map((one) => ({...one, ports: undefined}));
  const {ports, timeoutMs, signal, now} = options;
  const results = await onEach({hosts, connect}, options.forks, signal, async ({name}, connection) => {
    const session = await connection.session(connection.loginUser);
    const own: Member = {
      name,
      address: addresses.find((one) => one.name === name)?.address ?? name,
      ports: {
        forward: (address, port, ended) => connection.forward(address, port, ended),
        request: (script, how) => session.request(script, how),
      },
    };
    return probeReachability(own, peers, {ports, timeoutMs, signal, now});
  });
  const reached = results.filter((one): one is Reachability => !(one instanceof TransportError));
  return {
    diagnostics,
    hosts: addresses,
    pairs: reached.flatMap(({pairs}) => pairs),
    clocks: reached.flatMap(({clocks}) => clocks),
    names: reached.flatMap(({names}) => names),
    unreached: results.flatMap((error, index) =>
      error instanceof TransportError ? [{name: hosts[index]?.name ?? '', error}] : [],
    ),
  };
}

/**
 * A name or an address by which the others reach a host; IPv6 without its brackets.
 * @param variable has it; undefined: the first there is of the usual ones
 */
export function addressOf(host: KnownHost, variable?: string): string {
  const names = variable === undefined ? usualVariables : [variable];
  const found = names.map((name) => host.text(name)).find((text) => text !== undefined && text !== '');
  return (found ?? host.name).replace(/^\[(.*)\]$/, '$1');
}

/** The name that is used where a variable is missing would be another way than the one that was asked for. */
function addressMistake(hosts: readonly KnownHost[], variable: string | undefined): readonly Diagnostic[] {
  if (variable === undefined) return [];
  const without = hosts.filter((host) => !host.text(variable)).map(({name}) => name);
  if (without.length === 0) return [];
  const who = `${without.join(', ')} ${without.length === 1 ? 'has' : 'have'}`;
  const names = hosts.flatMap(({variableNames}) => variableNames);
  const hint =
    (names.includes(variable) ? undefined : didYouMean(variable, new Set(names))) ??
    'name a variable that each of them has';
  return [errorDiagnostic(engineCodes, 'ENG018', `${who} no variable '${variable}' with an address`, {hint})];
}

function loopbackMistake({
  name,
  address,
}: {
  readonly name: string;
  readonly address: string;
}): readonly Diagnostic[] {
  if (!isLoopback(address)) return [];
  const message = `${name} has the address ${address}, by which no other host reaches it`;
  const hint = 'name a variable that has its address: --address NAME';
  return [errorDiagnostic(engineCodes, 'ENG016', message, {hint})];
}
