import {isSecretSetting} from '../../errors/index.ts';
import type {Item, Value} from '../hcl/tree.ts';
import {placeOf} from './known.ts';
import {namesOf} from './settings.ts';

/** Whether what stands there is a secret: by the table of keys; of a key that it does not have, by its name. */
export function isSecretAt(names: readonly string[]): boolean {
  const {key} = placeOf(names);
  return key ? key.secret === true : isSecretSetting(names.at(-1) ?? '');
}

/** @param above the names around the item */
export function holdsSecret(item: Item, above: readonly string[]): boolean {
  const names = [...above, ...namesOf(item, above)];
  return (isSecretAt(names) && !isEmpty(item.value)) || hasSecretIn(item.value, names);
}

/** In blocks, maps, and lists of them, however each is written. */
function hasSecretIn(value: Value, names: readonly string[]): boolean {
  if (value.type === 'literal') return false;
  if (value.type === 'list') return value.elements.some((element) => hasSecretIn(element, names));
  return value.body.items.some((inner) => holdsSecret(inner, names));
}

function isEmpty(value: Value): boolean {
  return value.type === 'object' || (value.type === 'literal' && value.value === '');
}
