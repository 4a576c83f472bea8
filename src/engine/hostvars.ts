import {connectionAliases, type Host, type Inventory} from '../inventory/index.ts';
import {Unknown} from '../text/index.ts';
import {
  createScope,
  type Layer,
  layerOfData,
  layerOfMap,
  type Ports,
  type Value,
  type ValueMap,
} from '../values/index.ts';
import {givenLayer} from './run-inventory.ts';
import {sealedLayer} from './secret-variables.ts';

/** What the inventory says of all hosts, the same whoever asks. */
export interface InventoryValues {
  /** The hosts of each group. */
  readonly groups: Value;
  /** The inventory variables of each host, read when asked for: a template in one host's costs the others nothing. */
  readonly hostvars: Value;
}

const known = new WeakMap<Inventory, WeakMap<Ports, WeakMap<Layer, InventoryValues>>>();

/**
 * Made once for an inventory, the variables of the command line, and what lookups see: there may be hundreds of hosts. A run
 * sees what its validation did not, which runs no command.
 */
export function inventoryValues(inventory: Inventory, extraVars: Layer, ports: Ports): InventoryValues {
  const seen = known.get(inventory) ?? new WeakMap<Ports, WeakMap<Layer, InventoryValues>>();
  known.set(inventory, seen);
  const made = seen.get(ports) ?? new WeakMap<Layer, InventoryValues>();
  seen.set(ports, made);
  const values = made.get(extraVars) ?? valuesOf(inventory, extraVars, ports);
  made.set(extraVars, values);
  return values;
}

function valuesOf(inventory: Inventory, extraVars: Layer, ports: Ports): InventoryValues {
  const groups = Object.fromEntries([...inventory.groups.values()].map((group) => [group.name, group.hosts]));
  const hostvars: Record<string, Value> = Object.create(null);
  for (const host of inventory.hosts.values()) {
    const own = layerOfData({inventory_hostname: host.name, groups}, 'magic variable');
    const layers = [...inventoryLayers(host), extraVars, own];
    lazily(hostvars, host.name, () => variablesOf(layers, ports));
  }
  return {groups, hostvars};
}

/** The facts of a host before a play gathers them. Where none does, there is no `facts`: reading it is a mistake. */
export const factsNotGathered = new Unknown('facts are not gathered here (gather_facts: false)');

/** What hosts had learned when a play, or a batch of it, began: by the end of the plays and batches before. */
export type LearnedBefore = ReadonlyMap<string, {readonly facts: Value; readonly registered: Layer}>;

/** A picture of what hosts have learned: what they learn from now on is not in it. */
export function learnedBefore(
  names: Iterable<string>,
  learnedOf: (name: string) => {readonly facts: Value; readonly registered: Layer} | undefined,
): LearnedBefore {
  return new Map(
    [...names].flatMap((name) => {
      const learned = learnedOf(name);
      return learned
        ? [[name, {facts: learned.facts, registered: new Map(learned.registered)}] as const]
        : [];
    }),
  );
}

const told = new WeakMap<LearnedBefore, WeakMap<ValueMap, Value>>();

/**
 * `hostvars` with the facts of each host, and what it registered and set, as they were then: the same whichever host
 * asks, and however fast the hosts go on.
 */
export function hostvarsWith(
  {hostvars}: InventoryValues,
  learned: LearnedBefore,
  extraVars: Layer,
  ports: Ports,
): Value {
  const all = hostvars as ValueMap;
  const known = told.get(learned) ?? new WeakMap<ValueMap, Value>();
  told.set(learned, known);
  const made = known.get(all) ?? withLearned(all, learned, extraVars, ports);
  known.set(all, made);
  return made;
}

/** `hostvars` in which these variables of all hosts are what the layer says: most likely all have them from one place. */
export function hostvarsWithout(spoilt: Layer, hostvars: Value): Value {
  if (spoilt.size === 0) return hostvars;
  const all: Record<string, Value> = Object.create(null);
  for (const [name, own] of entriesOf(hostvars))
    lazily(all, name, () => {
      const variables: Record<string, Value> = Object.create(null);
      for (const [key, read] of entriesOf(own()))
        lazily(variables, key, () => {
          const variable = spoilt.get(key);
          return variable && 'data' in variable ? variable.data : read();
        });
      return variables;
    });
  return all;
}

/** The entries of a map, none of them read yet. */
function entriesOf(map: Value): readonly (readonly [string, () => Value])[] {
  return Object.keys(map as ValueMap).map((key) => [key, () => (map as ValueMap)[key] as Value]);
}

function withLearned(hostvars: ValueMap, learned: LearnedBefore, extraVars: Layer, ports: Ports): Value {
  const all: Record<string, Value> = Object.create(null);
  for (const name of Object.keys(hostvars))
    lazily(all, name, () => {
      const own = hostvars[name] as ValueMap;
      const variables: Record<string, Value> = Object.create(null);
      for (const key of Object.keys(own)) lazily(variables, key, () => own[key] as Value);
      const {facts, registered} = learned.get(name) ?? {facts: undefined, registered: new Map()};
      for (const [key, variable] of registered)
        if ('data' in variable && !extraVars.has(key))
          lazily(variables, key, () => ports.sealed(key, variable.data));
      if (facts !== undefined && facts !== factsNotGathered) lazily(variables, 'facts', () => facts);
      return variables;
    });
  return all;
}

function variablesOf(layers: readonly Layer[], ports: Ports): Value {
  const scope = createScope(layers, ports);
  const variables: Record<string, Value> = Object.create(null);
  for (const name of scope.names()) lazily(variables, name, () => scope.get(name));
  return variables;
}

function lazily(target: Record<string, Value>, name: string, read: () => Value): void {
  let value: {readonly value: Value} | undefined;
  Object.defineProperty(target, name, {
    enumerable: true,
    configurable: true,
    get: () => {
      value ??= {value: read()};
      return value.value;
    },
  });
}

const layersOf = new WeakMap<Host, readonly Layer[]>();

/** A host's variables of the inventory alone, as layers; connection names under their `ansible_*` spelling count too. */
export function inventoryLayers(host: Host): readonly Layer[] {
  const layers =
    layersOf.get(host) ??
    host.variables.map((set) => withAliases(givenLayer(set) ?? layerOfMap(set.vars, set.label)));
  layersOf.set(host, layers);
  return layers;
}

const aliased = new WeakMap<Layer, Layer>();

/** A layer in which connection variables have our names too, and passwords are Secrets. */
export function withAliases(layer: Layer): Layer {
  const made = aliased.get(layer) ?? addAliases(layer);
  aliased.set(layer, made);
  return made;
}

function addAliases(layer: Layer): Layer {
  const added = [...layer].flatMap(([name, variable]) => {
    const ours = connectionAliases.get(name);
    return ours && !layer.has(ours) ? [[ours, variable] as const] : [];
  });
  return sealedLayer(added.length === 0 ? layer : new Map([...layer, ...added]));
}
