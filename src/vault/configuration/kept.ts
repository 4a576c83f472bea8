import {reveal, Secret, type Text} from '../../text/index.ts';
import type {Body, Item, Value} from '../hcl/tree.ts';
import {namesOf} from './settings.ts';

/**
 * Keys and blocks of the top level, taken over from a configuration that is there; all of their texts are secrets from here on.
 * @param names of today: `storage` also stands for `backend`
 */
export function keptItems(body: Body, names: readonly string[]): readonly Item[] {
  return body.items.filter((item) => names.includes(namesOf(item, [])[0] ?? '')).map(sealed);
}

function sealed(item: Item): Item {
  const name = item.keys.map((key) => key.name).join('.');
  const {comment: _, ...rest} = item;
  return {...rest, comments: [], value: sealedValue(item.value, name)};
}

function sealedValue(value: Value, name: string): Value {
  switch (value.type) {
    case 'literal':
      return {...value, text: secret(value.text, name)};
    case 'list':
      return {
        ...value,
        elements: value.elements.map((one) => sealedValue(one, name)),
        comments: value.comments.map(() => []),
      };
    case 'object':
      return {...value, body: {items: value.body.items.map(sealed), comments: []}};
  }
}

function secret(text: Text, name: string): Text {
  return [new Secret(name, reveal(text))];
}
