import {memberOf} from '../member.ts';
import {describe, isMap, type Value} from '../value.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';
import {isTruthy} from './logic.ts';
import {compareValues} from './order.ts';
import {openText, same} from './same.ts';

const list = {name: 'list', type: 'list'} as const;
const other = {name: 'other', type: 'list'} as const;
const attribute = {name: 'attribute', type: 'text'} as const;

export const listFunctions: FunctionGroup = {
  title: 'Lists',
  functions: [
    defineFunction({
      name: 'length',
      summary: 'How many characters a text has, items a list, keys a map',
      example: {call: 'length names', gives: 3},
      parameters: [{name: 'collection', type: 'collection'}],
      secrets: 'kept',
      call: ([value]) => {
        if (isMap(value)) return Object.keys(value).length;
        return Array.isArray(value) ? value.length : [...(openText(value) ?? '')].length;
      },
    }),
    defineFunction({
      name: 'first',
      summary: 'The first item of a list, or null',
      example: {call: 'first names', gives: 'wallpi'},
      parameters: [list],
      secrets: 'kept',
      call: ([value]) => items(value)[0] ?? null,
    }),
    defineFunction({
      name: 'last',
      summary: 'The last item of a list, or null',
      example: {call: 'last names', gives: 'atticpi'},
      parameters: [list],
      secrets: 'kept',
      call: ([value]) => items(value).at(-1) ?? null,
    }),
    defineFunction({
      name: 'reverse',
      summary: 'A list from its end to its beginning',
      example: {call: 'reverse ports', gives: [8200, 8201]},
      parameters: [list],
      secrets: 'kept',
      call: ([value]) => items(value).toReversed(),
    }),
    defineFunction({
      name: 'sort',
      summary: 'A list of numbers or of texts in their order, or a list of maps in that of an attribute',
      example: {call: 'sort names', gives: ['atticpi', 'deskpi', 'wallpi']},
      parameters: [list, {...attribute, optional: true}],
      secrets: 'kept',
      call: ([value, path]) => {
        const keyOf = (item: Value): Value => (path === undefined ? item : attributeOf('sort', item, path));
        return items(value).toSorted((a, b) => compareValues('sort', keyOf(a), keyOf(b)));
      },
    }),
    defineFunction({
      name: 'unique',
      summary: 'A list without what it has already',
      example: {call: 'unique (map members "board")', gives: ['zero', 'three']},
      parameters: [list],
      secrets: 'kept',
      call: ([value]) => withoutRepeats(items(value)),
    }),
    defineFunction({
      name: 'union',
      summary: 'What is in any of two lists, each once',
      example: {call: 'union ports (map members "memory_mb")', gives: [8201, 8200, 512, 1024]},
      parameters: [list, other],
      secrets: 'kept',
      call: ([a, b]) => withoutRepeats([...items(a), ...items(b)]),
    }),
    defineFunction({
      name: 'intersect',
      summary: 'What is in both of two lists, each once',
      example: {call: 'intersect names (split "deskpi,frontpi" ",")', gives: ['deskpi']},
      parameters: [list, other],
      secrets: 'kept',
      call: ([a, b]) => withoutRepeats(items(a).filter((item) => has(items(b), item))),
    }),
    defineFunction({
      name: 'difference',
      summary: 'What is in a list and not in the other, each once',
      example: {call: 'difference names (split "deskpi,frontpi" ",")', gives: ['wallpi', 'atticpi']},
      parameters: [list, other],
      secrets: 'kept',
      call: ([a, b]) => withoutRepeats(items(a).filter((item) => !has(items(b), item))),
    }),
    defineFunction({
      name: 'flatten',
      summary: 'The items of a list, and those of the lists in it',
      example: {call: 'flatten (values (from_yaml "{a: [1], b: [2, [3]]}"))', gives: [1, 2, 3]},
      parameters: [list],
      secrets: 'kept',
      call: ([value]) => flat(items(value)),
    }),
    defineFunction({
      name: 'map',
      summary: 'An attribute of every item, in a list; a default stands for one that is missing',
      example: {call: 'map members "name"', gives: ['wallpi', 'deskpi', 'atticpi']},
      parameters: [list, attribute, {name: 'default', type: 'any', optional: true}],
      secrets: 'kept',
      call: ([value, path, fallback]) =>
        items(value).map((item) =>
          fallback === undefined ? attributeOf('map', item, path) : (find(item, path) ?? fallback),
        ),
    }),
    defineFunction({
      name: 'select',
      summary:
        'The items of which an attribute has a value; without a value, those of which it is neither false nor empty',
      example: {call: 'map (select members "board" "zero") "name"', gives: ['wallpi', 'atticpi']},
      parameters: [list, attribute, {name: 'value', type: 'any', optional: true}],
      secrets: 'kept',
      call: ([value, path, wanted]) => items(value).filter((item) => holds(item, path, wanted)),
    }),
    defineFunction({
      name: 'reject',
      summary: 'The items that select would leave out',
      example: {call: 'map (reject members "board" "zero") "name"', gives: ['deskpi']},
      parameters: [list, attribute, {name: 'value', type: 'any', optional: true}],
      secrets: 'kept',
      call: ([value, path, wanted]) => items(value).filter((item) => !holds(item, path, wanted)),
    }),
  ],
};

function items(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function has(list: readonly Value[], value: Value): boolean {
  return list.some((item) => same(item, value));
}

function withoutRepeats(list: readonly Value[]): readonly Value[] {
  // Texts and numbers, which most lists are of, without comparing each with each.
  if (list.every((item) => typeof item === 'string' || typeof item === 'number')) return [...new Set(list)];
  return list.filter((item, index) => !has(list.slice(0, index), item));
}

function flat(list: readonly Value[]): readonly Value[] {
  return list.flatMap((item) => (Array.isArray(item) ? flat(item) : [item]));
}

function holds(item: Value, path: Value | undefined, wanted: Value | undefined): boolean {
  const found = find(item, path);
  return wanted === undefined ? found !== undefined && isTruthy(found) : same(found, wanted);
}

/** What a path such as `os.id` leads to in an item; undefined where it leads nowhere. */
function find(item: Value, path: Value | undefined): Value | undefined {
  let value: Value | undefined = item;
  for (const member of String(path).split('.'))
    value = value === undefined ? undefined : memberOf(value, member);
  return value;
}

/** @throws ArgumentError where the path leads nowhere */
function attributeOf(name: string, item: Value, path: Value | undefined): Value {
  const found = find(item, path);
  if (found !== undefined) return found;
  const what = isMap(item) ? 'an item' : `an item (it is ${describe(item)})`;
  const hint = name === 'map' ? `a default may follow: map list "${path}" ""` : undefined;
  throw new ArgumentError(`${name}: ${what} has no '${path}'`, hint);
}
