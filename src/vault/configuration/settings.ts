import type {Body, Item, Value} from '../hcl/tree.ts';

/** One value of a configuration. */
export interface Setting {
  /** `listener.tcp[1].address`: the second listener's. */
  readonly name: string;
  /** `listener.tcp.address`: without numbers. */
  readonly path: string;
  /** Values that the servers take for the same are the same: `true` and `"true"`, 8 and `"8"`. */
  readonly value: string;
}

/** The names that the servers took before. */
const olderNames: Readonly<Record<string, string>> = {backend: 'storage', ha_backend: 'ha_storage'};

/** All values by their names. A block without any has the value `{}`. */
export function settingsOf(body: Body): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  collect(body, '', '', settings);
  return settings;
}

function collect(body: Body, above: string, pathAbove: string, settings: Map<string, Setting>): void {
  const seen = new Map<string, number>();
  for (const item of body.items) {
    const own = namesOf(item, above === '').join('.');
    const path = pathAbove === '' ? own : `${pathAbove}.${own}`;
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    const name = `${above === '' ? own : `${above}.${own}`}${count === 0 ? '' : `[${count}]`}`;
    if (item.value.type === 'object' && item.value.body.items.length > 0)
      collect(item.value.body, name, path, settings);
    else settings.set(name, {name, path, value: plainValue(item.value)});
  }
}

function namesOf({keys}: Item, isTop: boolean): readonly string[] {
  return keys.map(({name}, index) => (isTop && index === 0 ? (olderNames[name] ?? name) : name));
}

function plainValue(value: Value): string {
  return value.type === 'literal' ? String(value.value) : JSON.stringify(comparable(value));
}

function comparable(value: Value): unknown {
  if (value.type === 'literal') return String(value.value);
  if (value.type === 'list') return value.elements.map(comparable);
  return value.body.items.map((item) => [item.keys.map(({name}) => name), comparable(item.value)]);
}

/** The labels of the blocks of a type: `raft` for `storage "raft" { … }`. */
export function labelsOf(settings: ReadonlyMap<string, Setting>, block: string): readonly string[] {
  const labels = [...settings.values()].flatMap(({path}) => {
    const [type, label = ''] = path.split('.');
    return type === block ? [label] : [];
  });
  return [...new Set(labels)].sort();
}

/** Assignments of one key in one block, which newer servers refuse (Vault 1.21) and older ones take the last of. */
export function repeatedKeys(body: Body): readonly string[] {
  const counted = new Map<string, number>();
  const repeated: string[] = [];
  for (const {keys, value, assigned} of body.items) {
    if (value.type === 'object') repeated.push(...repeatedKeys(value.body));
    const name = keys.map((key) => key.name).join('.');
    const count = (counted.get(name) ?? 0) + 1;
    counted.set(name, count);
    if (assigned && count === 2) repeated.push(name);
  }
  return repeated;
}
