import type {Diagnostic} from '../errors/index.ts';
import {createKeyFinder, type KeyFinding, type ShownHostKey, trustKeys} from '../transport/index.ts';
import {chooseHosts, type ReachOptions} from './reach/hosts.ts';

export type {KeyFinding, ShownHostKey};
export {trustKeys};

/** Whose keys are asked for. */
export type HostKeysOptions = Omit<ReachOptions, 'password' | 'becomePassword'>;

export interface HostKeys {
  readonly diagnostics: readonly Diagnostic[];
  /** By the hosts' names, in the order of the inventory; none where there are mistakes. */
  readonly findings: ReadonlyMap<string, KeyFinding>;
}

/** Asks all hosts for their keys at once; nothing is logged in to, but hosts on the way to others. */
export async function findHostKeys(options: HostKeysOptions): Promise<HostKeys> {
  const {environment, prompt} = options;
  const {diagnostics, hosts} = await chooseHosts(options);
  const find = createKeyFinder({environment, ...(prompt ? {ask: prompt} : {})});
  const found = await Promise.all(hosts.map(async (one) => [one.name, await find(one.options)] as const));
  return {diagnostics, findings: new Map(found)};
}
