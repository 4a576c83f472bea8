import {isMap, type Value, type ValueMap} from '../value.ts';
import {defineFunction, type FunctionGroup, mapOf} from './define.ts';

const map = {name: 'map', type: 'map'} as const;
const others = {name: 'other', type: 'map', repeated: true} as const;

export const mapFunctions: FunctionGroup = {
  title: 'Maps',
  functions: [
    defineFunction({
      name: 'keys',
      summary: 'The keys of a map, in its order',
      example: {call: 'keys member', gives: ['name', 'port']},
      parameters: [map],
      secrets: 'kept',
      call: ([value]) => Object.keys(entriesOf(value)),
    }),
    defineFunction({
      name: 'values',
      summary: 'The values of a map, in its order',
      example: {call: 'values member', gives: ['wallpi', 8200]},
      parameters: [map],
      secrets: 'kept',
      call: ([value]) => Object.values(entriesOf(value)),
    }),
    defineFunction({
      name: 'items',
      summary: 'A map as a list of maps of key and value: what a loop over a map needs',
      example: {
        call: 'items member',
        gives: [
          {key: 'name', value: 'wallpi'},
          {key: 'port', value: 8200},
        ],
      },
      parameters: [map],
      secrets: 'kept',
      call: ([value]) =>
        Object.entries(entriesOf(value)).map(([key, item]) =>
          mapOf([
            ['key', key],
            ['value', item],
          ]),
        ),
    }),
    defineFunction({
      name: 'from_items',
      summary: 'A list of maps of key and value as one map; the names of the two may be given',
      example: {
        call: 'from_items members "name" "board"',
        gives: {wallpi: 'zero', deskpi: 'three', atticpi: 'zero'},
      },
      parameters: [
        {name: 'list', type: 'list'},
        {name: 'key', type: 'text', optional: true},
        {name: 'value', type: 'text', optional: true},
      ],
      secrets: 'kept',
      call: ([list, key = 'key', value = 'value']) =>
        mapOf(
          (Array.isArray(list) ? list : [])
            .filter(isMap)
            .map((item) => [String(item[String(key)] ?? ''), item[String(value)] ?? null]),
        ),
    }),
    defineFunction({
      name: 'combine',
      summary: 'One map of several: of keys that more than one has, the last wins',
      example: {call: 'combine member (from_yaml "{port: 8300}")', gives: {name: 'wallpi', port: 8300}},
      parameters: [map, others],
      secrets: 'kept',
      call: (maps) => mapOf(maps.flatMap((one) => Object.entries(entriesOf(one)))),
    }),
    defineFunction({
      name: 'combine_all',
      summary: 'The same, and maps that have the same key are combined too',
      example: {
        call: 'combine_all (from_yaml "{a: {x: 1, y: 1}}") (from_yaml "{a: {y: 2}}")',
        gives: {a: {x: 1, y: 2}},
      },
      parameters: [map, others],
      secrets: 'kept',
      call: ([first, ...rest]) => rest.map(entriesOf).reduce(combined, entriesOf(first)),
    }),
  ],
};

function entriesOf(value: Value | undefined): ValueMap {
  return isMap(value) ? value : mapOf([]);
}

function combined(low: ValueMap, high: ValueMap): ValueMap {
  const entries = Object.entries(high).map(([key, value]): [string, Value] => {
    const below = Object.hasOwn(low, key) ? low[key] : undefined;
    return [key, isMap(below) && isMap(value) ? combined(below, value) : value];
  });
  return mapOf([...Object.entries(low), ...entries]);
}
