import type {Body, Item} from '../hcl/tree.ts';
import {placeOf} from './known.ts';
import {kept} from './render.ts';
import {namesOf} from './settings.ts';

/**
 * One configuration over another: its values take the place of those that are there, its blocks are merged into theirs.
 * Of blocks that may stand several times those with the same `address` are merged, all others are added. What
 * `over` says to be removed goes.
 */
export function mergeConfigurations(below: Body, over: Body): Body {
  return merged(below, over, []);
}

function merged(below: Body, over: Body, above: readonly string[]): Body {
  let items = below.items;
  for (const item of over.items) {
    if (item.removed) {
      const gone = namesOf(item, above);
      items = items.filter((one) => !gone.every((name, index) => namesOf(one, above)[index] === name));
      continue;
    }
    const at = items.findIndex((one) => isSame(one, item, above));
    const there = items[at];
    items = there
      ? items.with(at, mergedItem(there, item, above))
      : [...items, ...kept({items: [item], comments: []}).items];
  }
  return {items, comments: [...below.comments, ...over.comments]};
}

function mergedItem(there: Item, item: Item, above: readonly string[]): Item {
  const names = [...above, ...namesOf(item, above)];
  const [old, value] = [there.value, item.value];
  if (isBlock(names) && old.type === 'object' && value.type === 'object')
    return {...there, value: {type: 'object', body: merged(old.body, value.body, names)}};
  return {...there, value: kept({items: [{...item, value}], comments: []}).items[0]?.value ?? value};
}

/** A map that is a value is replaced as a whole. */
function isBlock(names: readonly string[]): boolean {
  return placeOf(names).depth === names.length;
}

function isSame(one: Item, other: Item, above: readonly string[]): boolean {
  const names = namesOf(one, above);
  if (names.join('\0') !== namesOf(other, above).join('\0')) return false;
  const {block, depth} = placeOf([...above, ...names]);
  if (!block.repeated || depth !== above.length + names.length || block.path.endsWith('*')) return true;
  const address = addressOf(one);
  return address !== undefined && address === addressOf(other);
}

function addressOf({value}: Item): string | undefined {
  if (value.type !== 'object') return undefined;
  const found = value.body.items.find(({keys: [key]}) => key?.name === 'address')?.value;
  return found?.type === 'literal' ? String(found.value) : undefined;
}

/** What a configuration sets that another sets already: the second of two would be taken, or refused by the server. */
export function conflictBetween(
  configuration: Body,
  extra: Body,
): {readonly name: string; readonly start: number} | undefined {
  const taken = new Set(configuration.items.map((item) => namesOf(item, []).join('.')));
  const found = extra.items.find((item) => {
    const names = namesOf(item, []);
    const {block, depth} = placeOf(names);
    const mayRepeat = depth === names.length && block.repeated === true && !block.path.endsWith('*');
    return taken.has(names.join('.')) && !mayRepeat;
  });
  return found && {name: namesOf(found, []).join('.'), start: found.start};
}
