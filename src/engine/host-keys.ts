import {type Diagnostic, VprovError} from '../errors/index.ts';
import {selectHosts} from '../inventory/index.ts';
import {createLockbox, keySources, type Opener, readSealed} from '../source/index.ts';
import {
  type ConnectOptions,
  createKeyFinder,
  type KeyFinding,
  type ShownHostKey,
  trustKeys,
} from '../transport/index.ts';
import {connectionSettings} from './connection-settings.ts';
import {readExtraVars} from './extra-vars.ts';
import type {RunOptions} from './options.ts';
import {createPorts} from './ports.ts';
import {readInventory} from './project.ts';

export type {KeyFinding, ShownHostKey};
export {trustKeys};

/** Whose keys are asked for. */
export type HostKeysOptions = Pick<
  RunOptions,
  'inventory' | 'extraVars' | 'cwd' | 'environment' | 'keys' | 'signal' | 'prompt'
> & {
  /** Hosts must match all of these patterns. */
  readonly patterns: readonly string[];
};

export interface HostKeys {
  readonly diagnostics: readonly Diagnostic[];
  /** By the hosts' names, in the order of the inventory; none where there are mistakes. */
  readonly findings: ReadonlyMap<string, KeyFinding>;
}

/** Asks all hosts for their keys at once; nothing is logged in to, but hosts on the way to others. */
export async function findHostKeys(options: HostKeysOptions): Promise<HostKeys> {
  const {keys, environment, cwd, prompt} = options;
  const lockbox = createLockbox(keySources({...keys, environment, cwd, ask: prompt}));
  const {diagnostics, asked} = await readSealed(lockbox, (opener) => whomToAsk(options, opener));
  if (diagnostics.some(({severity}) => severity === 'error')) return {diagnostics, findings: new Map()};
  const find = createKeyFinder({environment, ...(prompt ? {ask: prompt} : {})});
  const found = await Promise.all(asked.map(async (one) => [one.hostName, await find(one)] as const));
  return {diagnostics, findings: new Map(found)};
}

function whomToAsk(
  options: HostKeysOptions,
  opener: Opener,
): {diagnostics: readonly Diagnostic[]; asked: readonly ConnectOptions[]} {
  const diagnostics: Diagnostic[] = [];
  const inventory = readInventory(options, undefined, diagnostics, opener);
  const extra = readExtraVars(options.extraVars, undefined, options.cwd, opener);
  diagnostics.push(...extra.diagnostics);
  const selected = inventory ? options.patterns.map((pattern) => selectHosts(inventory, pattern)) : [];
  diagnostics.push(...selected.flatMap((one) => one.diagnostics));
  const hosts = [...(inventory?.hosts.values() ?? [])].filter(({name}) =>
    selected.every((one) => one.hosts.includes(name)),
  );
  // Nothing that is looked up here is shown.
  const lookups = {environment: options.environment, playDirectory: options.cwd, onSecret: () => undefined};
  const ports = createPorts({...lookups, runsCommands: true})(undefined);
  const asked = hosts.flatMap((host) => {
    try {
      return [{hostName: host.name, ...connectionSettings(host, extra.layer, ports), signal: options.signal}];
    } catch (error) {
      if (!(error instanceof VprovError)) throw error;
      diagnostics.push(...error.diagnostics);
      return [];
    }
  });
  return {diagnostics, asked};
}
