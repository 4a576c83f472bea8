import type {Body, Item, Value} from '../hcl/tree.ts';
import {nameAsKnown, placeOf, roleOf} from './known.ts';

/** One value of a configuration. */
export interface Setting {
  /** `listener.tcp[1].address`: the second listener's. */
  readonly name: string;
  /** `listener.tcp.address`: without numbers. */
  readonly path: string;
  /** The path's parts; labels may have dots. */
  readonly names: readonly string[];
  /** For each of these the block that it belongs to, as `listener.tcp[1]`. */
  readonly within: readonly string[];
  /** Values that the servers take for the same are the same: `true` and `"true"`, 8 and `"8"`. */
  readonly value: string;
}

/** The names that the servers took before, and still take where the one of today is not there. */
const olderNames: Readonly<Record<string, string>> = {backend: 'storage', ha_backend: 'ha_storage'};

function nameOfToday(name: string): string {
  const lower = name.toLowerCase();
  return Object.hasOwn(olderNames, lower) ? (olderNames[lower] ?? name) : name;
}

/** All values by their names. A block without any has the value `{}`. */
export function settingsOf(body: Body): ReadonlyMap<string, Setting> {
  const settings = new Map<string, Setting>();
  collect(body, {name: '', names: [], within: []}, settings);
  return settings;
}

type Around = Pick<Setting, 'name' | 'names' | 'within'>;

function collect(body: Body, around: Around, settings: Map<string, Setting>): void {
  const seen = new Map<string, number>();
  const isTop = around.name === '';
  for (const item of itemsAsRead(body.items, around.names)) {
    const own = namesOf(item, around.names);
    const joined = own.join('.');
    const count = seen.get(joined) ?? 0;
    seen.set(joined, count + 1);
    const name = `${isTop ? '' : `${around.name}.`}${joined}${count === 0 ? '' : `[${count}]`}`;
    const here = {name, names: [...around.names, ...own], within: [...around.within, ...own.map(() => name)]};
    if (item.value.type === 'object' && item.value.body.items.length > 0)
      collect(item.value.body, here, settings);
    else settings.set(name, {...here, path: here.names.join('.'), value: plainValue(item.value)});
  }
}

/** A block's type and labels, the type by its name of today; of an assignment its key. In the case that the table has. @param above the names around it */
export function namesOf({keys}: Item, above: readonly string[]): readonly string[] {
  const names: string[] = [];
  for (const {name} of keys) {
    const isTop = above.length + names.length === 0;
    const known = nameAsKnown([...above, ...names], name);
    names.push(isTop ? nameOfToday(known) : known);
  }
  return names;
}

function plainValue(value: Value): string {
  return value.type === 'literal' ? String(value.value) : JSON.stringify(comparable(value));
}

function comparable(value: Value): unknown {
  if (value.type === 'literal') return String(value.value);
  if (value.type === 'list') return value.elements.map(comparable);
  return value.body.items.map((item) => [item.keys.map(({name}) => name), comparable(item.value)]);
}

/** Whether two configurations say the same, however they are written. */
export function sameSettings(one: Body, other: Body): boolean {
  const [a, b] = [settingsOf(one), settingsOf(other)];
  return a.size === b.size && [...a].every(([name, {value}]) => b.get(name)?.value === value);
}

/** The labels of the blocks of a type: `raft` for `storage "raft" { … }`. */
export function labelsOf(settings: ReadonlyMap<string, Setting>, block: string): readonly string[] {
  const labels = [...settings.values()].flatMap(({path}) => {
    const [type, label = ''] = path.split('.');
    return type === block ? [label] : [];
  });
  return [...new Set(labels)].sort();
}

/**
 * The items of a block as the servers take them, each tried on both products: of a text or number that is given several times
 * the last, and of a list of blocks, as `retry_join = [{…}]`, each block by itself, beside those that stand there as blocks.
 * @param above the names around them
 */
export function itemsAsRead(items: readonly Item[], above: readonly string[]): readonly Item[] {
  const isPlain = ({assigned, value}: Item): boolean => assigned && value.type === 'literal';
  const passedOver = above.length === 0 ? supersededItems(items) : [];
  const last = new Map(items.map((item) => [writtenName(item), item]));
  const lists = new Set(items.filter((item) => !isPlain(item)).map(writtenName));
  return items
    .filter((item) => !passedOver.includes(item))
    .filter((item) => lists.has(writtenName(item)) || last.get(writtenName(item)) === item)
    .flatMap((item) => blocksOfList(item, above));
}

/**
 * What of the top level the servers pass over: `backend` where there is `storage`, in whatever order.
 * @see `ParseConfig` of command/server/config.go
 */
export function supersededItems(items: readonly Item[]): readonly Item[] {
  const types = new Set(items.map((item) => typeOf(item).toLowerCase()));
  return items.filter((item) => {
    const today = nameOfToday(typeOf(item));
    return today !== typeOf(item) && types.has(today);
  });
}

function typeOf({keys: [type]}: Item): string {
  return type?.name ?? '';
}

function blocksOfList(item: Item, above: readonly string[]): readonly Item[] {
  const {value, assigned} = item;
  if (!assigned || above.length === 0 || value.type !== 'list') return [item];
  const names = [...above, ...namesOf(item, above)];
  const blocks = value.elements.filter((element) => element.type === 'object');
  if (roleOf(names) !== 'block' || !placeOf(names).block.repeated || blocks.length < value.elements.length)
    return [item];
  return blocks.map((block) => ({...item, value: block, assigned: false}));
}

function writtenName({keys}: Item): string {
  return keys.map(({name}) => name).join('.');
}

/** A key that one block assigns several times. */
export interface RepeatedKey {
  readonly names: readonly string[];
  /** Where, into the text that was read. */
  readonly starts: readonly number[];
  /** Texts and numbers, of which a server takes the last. */
  readonly isPlain: boolean;
}

/**
 * Assignments of one key in one block, which Vault refuses from 1.21 on; a block beside an assignment is none.
 * @param above the names around it
 */
export function repeatedKeys({items}: Body, above: readonly string[] = []): readonly RepeatedKey[] {
  const assigned = items.filter((item) => item.assigned);
  const here = [...new Set(assigned.map(writtenName))].flatMap((name): readonly RepeatedKey[] => {
    const several = assigned.filter((item) => writtenName(item) === name);
    const [first] = several;
    if (!first || several.length < 2) return [];
    return [
      {
        names: [...above, ...namesOf(first, above)],
        starts: several.map(({start}) => start),
        isPlain: several.every(({value}) => value.type === 'literal'),
      },
    ];
  });
  const below = items.flatMap((item) =>
    item.value.type === 'object' ? repeatedKeys(item.value.body, [...above, ...namesOf(item, above)]) : [],
  );
  return [...here, ...below];
}
