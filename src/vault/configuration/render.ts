import {Secret, toText} from '../../text/index.ts';
import {asText, hclText, isMap, type Value, type ValueMap} from '../../values/index.ts';
import type {Body, Item, Key, Value as Written} from '../hcl/tree.ts';
import type {KeyType} from './key.ts';
import {placeOf, roleOf} from './known.ts';
import {isSecretAt} from './secret.ts';

/**
 * Settings as a map makes them, as HCL: what the table of keys knows as a block becomes a block, with its labels from the
 * maps' keys, several of them from a list; what is null is left out. A text of a number or boolean is written without quotes
 * where the key is one. Secrets stay marked.
 * @example {listener: [{tcp: {address: '127.0.0.1:8200'}}]} is listener "tcp" { address = "127.0.0.1:8200" }
 */
export function renderSettings(settings: ValueMap): Body {
  return kept(renderSettingsOver(settings));
}

/** The same, to go over another configuration: what is null is taken out there. */
export function renderSettingsOver(settings: ValueMap): Body {
  return bodyOf(settings, []);
}

function bodyOf(settings: ValueMap, above: readonly string[]): Body {
  const items = Object.entries(settings).flatMap(([name, value]) => itemsOf([name], value, above));
  return {items, comments: []};
}

/** Without what only says that something is taken out. */
export function kept({items, comments}: Body): Body {
  return {items: items.filter(({removed}) => !removed).map(keptItem), comments};
}

function keptItem(item: Item): Item {
  return item.value.type === 'object' ? {...item, value: {...item.value, body: kept(item.value.body)}} : item;
}

/** @param own the names of the item so far: a key, or a block's type and labels */
function itemsOf(own: readonly string[], value: Value, above: readonly string[]): readonly Item[] {
  if (value === undefined) return [];
  if (value === null) {
    const keys = own.map((name, index) => keyOf(name, index > 0));
    return [
      {
        ...blank,
        keys,
        assigned: true,
        value: {type: 'object', body: {items: [], comments: []}},
        removed: true,
      },
    ];
  }
  const names = [...above, ...own];
  const role = roleOf(names);
  if (role !== 'value' && Array.isArray(value))
    return (value as readonly Value[]).flatMap((one) => itemsOf(own, one, above));
  if (role === 'label' && isMap(value))
    return Object.entries(value).flatMap(([label, inner]) => itemsOf([...own, label], inner, above));
  const keys = own.map((name, index) => keyOf(name, index > 0));
  if (role === 'block' && isMap(value))
    return [{...blank, keys, assigned: false, value: {type: 'object', body: bodyOf(value, names)}}];
  const marked = isSecretAt(names) ? sealed(own.at(-1) ?? '', value) : value;
  return [{...blank, keys, assigned: true, value: written(placeOf(names).key?.type, marked)}];
}

/** What is a secret by its name, however it is given: as one, with all that is in it. */
function sealed(name: string, value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map((one) => sealed(name, one));
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, sealed(key, one)]));
  return typeof value === 'string' && value !== '' ? new Secret(name, value) : value;
}

const blank = {comments: [], apart: false, start: 0} as const;

function keyOf(name: string, isLabel: boolean): Key {
  const isPlain = !isLabel && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && name !== 'true' && name !== 'false';
  return {name, text: isPlain ? toText(name) : hclText([name])};
}

function written(type: KeyType | undefined, value: Value): Written {
  if (Array.isArray(value)) {
    const elements = (value as readonly Value[]).map((one) => written('anything', one));
    return {type: 'list', elements, comments: [...elements.map(() => []), []]};
  }
  if (isMap(value)) {
    // A map is one of texts to the server, which refuses anything else in it: log_raw = "true".
    const of = type === 'map' ? 'text' : 'anything';
    const items = Object.entries(value).flatMap(([name, inner]): readonly Item[] =>
      inner === null
        ? []
        : [{...blank, keys: [keyOf(name, false)], assigned: true, value: written(of, inner)}],
    );
    return {type: 'object', body: {items, comments: []}};
  }
  if ((typeof value === 'boolean' || typeof value === 'number') && type !== 'text' && type !== 'quoted')
    return {type: 'literal', text: toText(String(value)), value};
  const text = asText(value) ?? toText(String(value));
  const bare = bareValue(type, text);
  if (bare !== undefined) return {type: 'literal', text: toText(String(bare)), value: bare};
  return {
    type: 'literal',
    text: hclText(text),
    value: text.map((part) => (typeof part === 'string' ? part : part.reveal())).join(''),
  };
}

/** What a text stands for that needs no quotes. */
function bareValue(type: KeyType | undefined, text: readonly unknown[]): boolean | number | undefined {
  const [only] = text;
  if (text.length !== 1 || typeof only !== 'string') return undefined;
  if ((type === 'boolean' || type === 'flag') && (only === 'true' || only === 'false'))
    return only === 'true';
  if (type === 'integer' && /^-?(0|[1-9]\d{0,14})$/.test(only)) return Number(only);
  return undefined;
}
