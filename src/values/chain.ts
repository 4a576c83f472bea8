import {didYouMean, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import {codes} from './codes.ts';
import {toDiagnostic} from './diagnose.ts';
import {noPorts, type Ports} from './ports.ts';
import {isStatic, render} from './render.ts';
import type {Layer, Origin, Reader, Scope, Variable} from './scope.ts';
import type {Value, ValueMap} from './value.ts';

/** A scope of these layers, lowest precedence first. */
export function createScope(layers: readonly Layer[], ports: Ports = noPorts): Scope {
  return new Chain(undefined, layers.toReversed(), ports);
}

/**
 * Variables as a person wrote them: templates, rendered when they are read.
 * @param label the kind of place, shown in errors: "role defaults", "group_vars/pi_zero"
 */
export function layerOfMap(map: MapNode, label: string): Layer {
  const known = layers.get(map);
  if (known?.label === label) return known.layer;
  const layer: Layer = new Map(
    map.entries.map(({key, keySource, value}) => [
      key,
      {node: value, origin: {layer: label, source: keySource}},
    ]),
  );
  layers.set(map, {label, layer});
  return layer;
}

/** The same map is a layer of many scopes: of every host of a group, of every task of a role. */
const layers = new WeakMap<MapNode, {readonly label: string; readonly layer: Layer}>();

/** Variables that came from a host, a result, a secret or `-e`: data, never rendered. */
export function layerOfData(values: ValueMap, label: string): Layer {
  const origin = {layer: label};
  return new Map(Object.keys(values).map((name) => [name, dataVariable(values, name, origin)]));
}

/** A value may be lazy (a getter): it is read when the variable is, and once. */
function dataVariable(values: ValueMap, name: string, origin: Origin): Variable {
  const property = Object.getOwnPropertyDescriptor(values, name);
  if (!property?.get) return {data: values[name] ?? null, origin};
  let read: {readonly data: Value} | undefined;
  return {
    origin,
    get data(): Value {
      read ??= {data: values[name] ?? null};
      return read.data;
    },
  };
}

type Kept = {readonly value: Value} | {readonly error: VprovError};

/** Further than people let variables read one another, and soon enough for the stack. */
const deepestReading = 200;

const staticValues = new WeakMap<Node, Value>();

class Chain implements Scope {
  readonly ports: Ports;
  readonly #below: Chain | undefined;
  /** On top of what is below, the highest first. Not merged: few of the variables of a task's scope are read. */
  readonly #own: readonly Layer[];
  /** What was found below: many scopes stand on one, and ask for the same. */
  readonly #found = new Map<string, Variable | undefined>();
  readonly #kept = new Map<string, Kept>();
  /** Names that are being read just now, outermost first. */
  readonly #reading: string[] = [];

  readonly #reader: Reader | undefined;

  /** @param own the highest first */
  constructor(below: Chain | undefined, own: readonly Layer[], ports: Ports, reader?: Reader) {
    this.#below = below;
    this.#own = own;
    this.ports = ports;
    this.#reader = reader;
  }

  has(name: string): boolean {
    return this.variable(name) !== undefined;
  }

  names(): readonly string[] {
    this.#reader?.readAll();
    const own = this.#own.toReversed().flatMap((layer) => [...layer.keys()]);
    return [...new Set([...(this.#below?.names() ?? []), ...own])];
  }

  variable(name: string): Variable | undefined {
    const variable = this.#find(name);
    this.#reader?.read(name, variable);
    return variable;
  }

  #find(name: string): Variable | undefined {
    for (const layer of this.#own) {
      const variable = layer.get(name);
      if (variable) return variable;
    }
    return this.#below === undefined ? undefined : this.#below.#lookup(name);
  }

  #lookup(name: string): Variable | undefined {
    const found = this.#found.get(name);
    if (found || this.#found.has(name)) return found;
    const variable = this.variable(name);
    this.#found.set(name, variable);
    return variable;
  }

  origins(name: string): readonly Origin[] {
    const own = this.#own.flatMap((layer) => layer.get(name)?.origin ?? []);
    const origins = [...own, ...(this.#below?.origins(name) ?? [])];
    this.#reader?.readOrigins(name, origins);
    return origins;
  }

  extend(...layers: readonly Layer[]): Scope {
    return new Chain(this, layers.toReversed(), this.ports);
  }

  readBy(reader: Reader): Scope {
    const both = this.#reader ? bothOf(this.#reader, reader) : reader;
    return new Chain(this.#below, this.#own, this.ports, both);
  }

  get(name: string): Value {
    const variable = this.variable(name);
    if (!variable) throw this.#undefined(name);
    if ('data' in variable) return this.ports.sealed(name, variable.data);
    const fixed = staticValues.get(variable.node);
    if (fixed !== undefined) return this.ports.sealed(name, fixed);
    let kept = this.#kept.get(name);
    if (!kept) {
      kept = this.#render(name, variable.node);
      this.#kept.set(name, kept);
    }
    if ('error' in kept) throw kept.error;
    return kept.value;
  }

  #render(name: string, node: Node): Kept {
    if (this.#reading.includes(name)) throw this.#circle(name, node);
    if (this.#reading.length >= deepestReading) throw tooDeep(name, node);
    this.#reading.push(name);
    try {
      const value = render(node, this);
      if (isStatic(node)) staticValues.set(node, value);
      return {value: this.ports.sealed(name, value)};
    } catch (error) {
      if (error instanceof VprovError) return {error};
      throw error;
    } finally {
      this.#reading.pop();
    }
  }

  #undefined(name: string): VprovError {
    return new VprovError(
      errorDiagnostic(codes, 'VAL001', `'${name}' is not defined`, {hint: didYouMean(name, this.names())}),
    );
  }

  #circle(name: string, node: Node): VprovError {
    const circle = [...this.#reading.slice(this.#reading.indexOf(name)), name].join(' → ');
    const problem = {
      code: 'VAL007',
      message: `'${name}' is made of itself: ${circle}`,
      span: {line: 1, column: 0, length: 1},
    } as const;
    return new VprovError(toDiagnostic(problem, () => node.source, this));
  }
}

function bothOf(first: Reader, second: Reader): Reader {
  return {
    read: (name, variable) => {
      first.read(name, variable);
      second.read(name, variable);
    },
    readOrigins: (name, origins) => {
      first.readOrigins(name, origins);
      second.readOrigins(name, origins);
    },
    readAll: () => {
      first.readAll();
      second.readAll();
    },
  };
}

function tooDeep(name: string, {source}: Node): VprovError {
  const message = `variables read one another more than ${deepestReading} deep, down to '${name}'`;
  const hint = 'let them read what stands at the beginning of the chain';
  return new VprovError(errorDiagnostic(codes, 'VAL016', message, {source, hint}));
}
