import {describe, expect, it} from 'vitest';
import {argumentCheck} from '../../../src/playbook/index.ts';
import {type MapNode, parseYaml} from '../../../src/source/index.ts';

async function told(
  schema: string,
  value: unknown,
  given: {readonly unknown?: readonly string[]; readonly secret?: readonly string[]} = {},
): Promise<readonly string[]> {
  const {node} = parseYaml(`{type: object, properties: {x: ${schema}}}`, 'arguments.yml');
  if (node?.type !== 'map') throw new Error(`not a schema: ${schema}`);
  const check = await argumentCheck(node);
  const mistakes = check({data: {x: value}, unknown: [], secret: [], ...given});
  return mistakes.map(({message, hint}) => (hint === undefined ? message : `${message} (${hint})`));
}

describe('a value that is not as the schema of a role says', () => {
  it.each<readonly [schema: string, value: unknown, message: string]>([
    ['{type: boolean}', 'yes', "'x' must be true or false, not 'yes' (write true: 'yes' is a string)"],
    ['{type: boolean}', 'off', "'x' must be true or false, not 'off' (write false: 'off' is a string)"],
    ['{type: string}', true, "'x' must be a string, not true (write it in quotes: x: 'true')"],
    ['{type: [string, number]}', null, "'x' must be a string or a number, not nothing"],
    ['{type: array}', 'a', "'x' must be a list, not 'a' (write a list: [a, b])"],
    ['{type: object}', [], "'x' must be a map, not an empty list"],
    ['{enum: [a, b]}', 'c', "'x' must be one of 'a', 'b', not 'c'"],
    ['{const: 1}', 2, "'x' must be 1, not 2"],
    ['{minimum: 1}', 0, "'x' must be at least 1, not 0"],
    ['{exclusiveMaximum: 1}', 1, "'x' must be less than 1, not 1"],
    ['{multipleOf: 5}', 7, "'x' must be a multiple of 5, not 7"],
    ['{minLength: 1}', '', "'x' must not be empty"],
    ['{maxLength: 2}', 'abc', "'x' must have at most 2 characters, not 'abc'"],
    [
      '{pattern: "^/", description: An absolute path.}',
      'a',
      "'x' must have the form that its description asks for, not 'a' (An absolute path.)",
    ],
    [
      '{pattern: "^/", description: An absolute path., examples: [/etc, /var]}',
      'a',
      "'x' must have a form such as '/etc', '/var', not 'a' (An absolute path.)",
    ],
    ['{pattern: "^/"}', 'a', "'x' must match ^/, not 'a'"],
    ['{minItems: 1}', [], "'x' must not be empty"],
    ['{uniqueItems: true}', [1, 1], "'x' must have no entry twice"],
    ['{items: {type: integer}}', [1, 'b'], "'x[1]' must be a whole number, not 'b'"],
    ['{required: [a]}', {}, "'x.a' is missing"],
    [
      '{additionalProperties: false, properties: {name: {}}}',
      {nme: 1},
      "'x' has no 'nme' (did you mean 'name'?)",
    ],
    [
      '{additionalProperties: {type: string}}',
      {a: 1},
      "'x.a' must be a string, not 1 (write it in quotes: a: '1')",
    ],
    [
      '{propertyNames: {pattern: "^[a-z]+$"}}',
      {A: 1},
      "'A' cannot be a name in 'x' (a name must match ^[a-z]+$)",
    ],
    [
      '{anyOf: [{type: string}, {type: array}]}',
      1,
      "'x' must be one of the kinds that the schema of the role lists, not 1",
    ],
    ['{if: {minimum: 5}, then: {multipleOf: 5}}', 7, "'x' must be a multiple of 5, not 7"],
    ['{allOf: [{type: string}, {minLength: 3}]}', 'ab', "'x' must have at least 3 characters, not 'ab'"],
  ])('%s', async (schema, value, message) => {
    expect(await told(schema, value)).toEqual([message]);
  });

  it('is told once for each variable, and never for one that is right', async () => {
    expect(await told('{type: string, minLength: 3, pattern: "^/"}', 'ab')).toHaveLength(1);
    expect(await told('{type: string, minLength: 3, pattern: "^/"}', '/ab')).toEqual([]);
  });

  it('is not judged while it is unknown, all of it or a part', async () => {
    expect(await told('{type: string}', null, {unknown: ['/x']})).toEqual([]);
    expect(await told('{items: {type: string}}', [null, 1], {unknown: ['/x/0']})).toEqual([
      "'x[1]' must be a string, not 1 (write it in quotes: '1')",
    ]);
  });

  it('is told with the keyword that refuses a name', async () => {
    const text =
      'type: object\nproperties:\n  x: {$ref: "#/$defs/own"}\n$defs:\n  own: {additionalProperties: false}\n';
    const {node} = parseYaml(text, 'arguments.yml');
    const check = await argumentCheck(node as MapNode);
    expect(check({data: {x: {y: 1}}, unknown: [], secret: []})).toEqual([
      expect.objectContaining({
        message: "'x' has no 'y'",
        schemaSource: expect.objectContaining({line: 5, column: 9}),
      }),
    ]);
  });

  it('is not shown when it is a secret', async () => {
    expect(await told('{pattern: "^s\\\\."}', 'hunter2', {secret: ['/x']})).toEqual([
      "'x' must match ^s\\., not what the secret holds",
    ]);
  });
});
