import type {Body, Item, Value} from '../hcl/tree.ts';
import type {ConfigurationKey} from './key.ts';
import {placeOf} from './known.ts';
import {itemsAsRead, namesOf} from './settings.ts';

/** How much of a configuration is seen: of a part nobody knows what the rest sets. */
export type Extent = 'whole' | 'part';

/** A block of a configuration, or its top level. */
export interface Block {
  /** As the table has it: `storage.raft.retry_join`. */
  readonly path: string;
  /** The names of it and of the blocks around it, labels too. */
  readonly names: readonly string[];
  /** Into the text that was read. */
  readonly start: number;
  readonly values: ReadonlyMap<string, Value>;
  readonly keys: Readonly<Record<string, ConfigurationKey>>;
}

/** All blocks, each before those in it, the top level first. */
export function blocksOf(body: Body): readonly Block[] {
  return [blockOf(body, [], 0), ...blocksIn(body, [])];
}

function blocksIn(body: Body, above: readonly string[]): readonly Block[] {
  return itemsAsRead(body.items, above).flatMap((item) => blocksAt(item, above));
}

function blocksAt(item: Item, above: readonly string[]): readonly Block[] {
  const names = [...above, ...namesOf(item, above)];
  if (item.value.type !== 'object') return [];
  const inner = blocksIn(item.value.body, names);
  return placeOf(names).depth === names.length
    ? [blockOf(item.value.body, names, item.start), ...inner]
    : inner;
}

function blockOf(body: Body, names: readonly string[], start: number): Block {
  const {path, keys} = placeOf(names).block;
  const values = new Map(body.items.map((item) => [namesOf(item, names).join('.'), item.value]));
  return {path, names, start, values, keys};
}

/** What a key is set to, as a text; where it is surely not set, what the server takes then. */
export function textIn({values, keys}: Block, key: string, extent: Extent): string | undefined {
  const value = values.get(key);
  if (value) return value.type === 'literal' ? String(value.value) : undefined;
  return extent === 'whole' ? keys[key]?.default : undefined;
}

/** Whether a key is set to something. */
export function isSet({values}: Block, key: string): boolean {
  const value = values.get(key);
  return value !== undefined && !(value.type === 'literal' && value.value === '');
}
