import {basename} from 'node:path';
import {hasError, type Source, VprovError} from '../errors/index.ts';
import type {GrownGroup, Host, Inventory, VariableSet} from '../inventory/index.ts';
import {Unknown} from '../text/index.ts';
import type {Layer, Variable} from '../values/index.ts';

/** The hosts and groups that there are at a moment. */
export interface Population {
  readonly current: Inventory;
  /** Why it cannot be said which hosts there are, and in which groups; undefined where it can. */
  readonly unknown?: Unknown | undefined;
}

/** @param name of a host that was selected */
export function hostIn({hosts}: Inventory, name: string): Host {
  const host = hosts.get(name);
  if (!host) throw new Error(`host ${name} was selected and is not in the inventory`);
  return host;
}

/** What a task adds to the inventory. */
export interface HostGrowth {
  /** A host, of the inventory or new; undefined: nobody knows its name yet. */
  readonly host: string | undefined;
  /** What it is put into; undefined: nobody knows yet. */
  readonly groups: readonly GrownGroup[] | undefined;
  /** Of the host. */
  readonly variables: Layer;
  /** Where the task is. */
  readonly source: Source;
  /** Where the task names the host, if it does. */
  readonly nameSource?: Source;
}

/** Variables that a run gives to a host: beside their names, what they stand for. */
interface GivenVariables extends VariableSet {
  readonly layer: Layer;
}

/** The variables of a set that a run gave; undefined for what stands in a file. */
export function givenLayer(set: VariableSet): Layer | undefined {
  return 'layer' in set ? (set as GivenVariables).layer : undefined;
}

/**
 * The inventory of a run, which `add_host` and `group_by` let grow. Where it is not sure that they do (in validation, and
 * where check mode cannot tell a name), it has all hosts that there may be, in all groups that they may be in, and says
 * of which variables that may change the value.
 */
export class RunInventory implements Population {
  /** As its files have it. */
  readonly asWritten: Inventory;
  #current: Inventory;
  #unknown: Unknown | undefined;
  #isOpen = false;
  readonly #anywhere = new Set<string>();
  readonly #doubts = new Set<string>();
  readonly #seen = new Set<string>();

  constructor(inventory: Inventory) {
    this.asWritten = inventory;
    this.#current = inventory;
  }

  get current(): Inventory {
    return this.#current;
  }

  get unknown(): Unknown | undefined {
    return this.#unknown;
  }

  /** Hosts that a name may stand for which the inventory does not have; undefined: it stands for nothing. */
  get anywhere(): readonly string[] | undefined {
    return this.#isOpen ? [...this.#anywhere] : undefined;
  }

  /**
   * @param accept looks at the inventory as it will be, before it is; what it throws keeps things as they are
   * @throws VprovError for names that are none, or mean something else already
   */
  grow(growth: HostGrowth & Known, accept: (grown: Inventory) => void = () => undefined): void {
    this.#add(growth, accept);
  }

  /** It may be that it grows so. @throws VprovError as `grow` does */
  mayGrow({host, groups, variables, source, ...places}: HostGrowth): void {
    const name = host ?? standIn(source);
    this.#seen.add(placeOf(source));
    const isWritten = this.asWritten.hosts.has(name);
    if (host === undefined || groups === undefined) {
      this.mayGrowAnyhow();
      this.#anywhere.add(name);
    }
    this.#unknown = knownLater;
    const doubt = JSON.stringify([name, groups, source]);
    if (this.#doubts.has(doubt)) return;
    const given = isWritten ? allUnknown(variables.keys(), source) : variables;
    const doubtful = groups === undefined || isWritten ? this.#namesFrom(name, groups, source) : [];
    const inherited = allUnknown(doubtful, source);
    const known = {host: name, groups: groups ?? [], variables: new Map([...inherited, ...given]), source};
    this.#add({...known, ...places});
    this.#doubts.add(doubt);
  }

  /** Whether the task at this place may have added something. */
  hasSeen(source: Source): boolean {
    return this.#seen.has(placeOf(source));
  }

  /** Nobody knows what is added. */
  mayGrowAnyhow(): void {
    this.#isOpen = true;
    this.#unknown = knownLater;
  }

  #add(
    {host, groups, variables, source, ...places}: HostGrowth & Known,
    accept: (grown: Inventory) => void = () => undefined,
  ): void {
    const sets = variables.size > 0 ? [given(variables, source)] : [];
    const {inventory, diagnostics} = this.#current.grown({host, source, ...places, groups, variables: sets});
    if (hasError(diagnostics)) throw new VprovError(diagnostics);
    accept(inventory);
    this.#current = inventory;
  }

  /** Variables of the groups that the host is not in as written, but would be by these; of all, where nobody knows which. */
  #namesFrom(host: string, groups: HostGrowth['groups'], source: Source): readonly string[] {
    const {inventory} = this.#current.grown({host, source, groups: groups ?? [], variables: []});
    const {groupVariables} = inventory;
    const own = this.asWritten.hosts.get(host)?.groups ?? ['all'];
    const all = groups ? (inventory.hosts.get(host)?.groups ?? []) : [...groupVariables.keys()];
    return all
      .filter((name) => !own.includes(name))
      .flatMap((name) => groupVariables.get(name) ?? [])
      .flatMap(({vars}) => vars.entries.map(({key}) => key));
  }
}

type Known = {readonly host: string; readonly groups: readonly GrownGroup[]};

function placeOf({file, line, column}: Source): string {
  return `${file}:${line}:${column}`;
}

/** The name of a host whose name nobody knows: by the place that adds it. */
function standIn({file, line}: Source): string {
  return `‹${basename(file).replace(/[\s:,!&~*?[\]{}@]/g, '_')}-line-${line}›`;
}

/** Whether a host has no name yet but one that stands in for it. */
export function isStandIn(host: string): boolean {
  return host.startsWith('‹');
}

/** The inventory before a run, which may make it grow. */
export function foreseen({
  inventory,
  mayGrow,
}: {
  readonly inventory: Inventory;
  readonly mayGrow: boolean;
}): Population {
  return {current: inventory, unknown: mayGrow ? knownLater : undefined};
}

const knownLater = new Unknown('which hosts are in which groups is known during the run');

function allUnknown(names: Iterable<string>, source: Source): Layer {
  const data = new Unknown('what the host is given during the run');
  const variable: Variable = {data, origin: {layer: 'the run', source}};
  return new Map([...names].map((name) => [name, variable]));
}

function given(layer: Layer, source: Source): GivenVariables {
  const entries = [...layer.keys()].map((key) => ({
    key,
    keySource: layer.get(key)?.origin.source ?? source,
    value: {type: 'scalar', value: null, text: '', style: 'plain', raw: true, source} as const,
  }));
  return {label: 'add_host', vars: {type: 'map', entries, source}, layer};
}
