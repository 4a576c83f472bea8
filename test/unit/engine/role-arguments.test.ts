import {describe, expect, it} from 'vitest';
import {line, validate} from './project-files.ts';

/** What validation says of a role with this schema, of hosts with these variables. */
async function told(schema: object, ...hosts: readonly Readonly<Record<string, unknown>>[]) {
  const inventory = {all: {hosts: Object.fromEntries(hosts.map((vars, index) => [`host${index}`, vars]))}};
  const found = await validate({
    'inventory.yml': JSON.stringify(inventory),
    'site.yml': '- hosts: all\n  roles: [web]\n',
    'roles/web/tasks/main.yml': "- debug: {msg: '{{ default cert tls }}'}\n",
    'roles/web/defaults/main.yml': '{}\n',
    'roles/web/meta/arguments.yml': JSON.stringify({type: 'object', ...schema}),
  });
  return found.map(line).filter((one) => one.startsWith('PLY'));
}

const tls = {properties: {tls: {type: 'boolean'}}};
/** A map with a key `then` would be taken for a promise. */
const ifTls = (then: object): object =>
  Object.fromEntries([
    ['if', {properties: {tls: {const: true}}, required: ['tls']}],
    ['then', then],
  ]);

describe('a schema that relates variables to one another', () => {
  it.each([
    ['if and then', {...tls, ...ifTls({required: ['cert']})}],
    ['allOf', {...tls, allOf: [ifTls({required: ['cert']})]}],
    ['dependentRequired', {...tls, dependentRequired: {tls: ['cert']}}],
    ['dependentSchemas', {...tls, dependentSchemas: {tls: {required: ['cert']}}}],
    ['anyOf', {...tls, anyOf: [{required: ['cert']}, {required: ['key']}]}],
    ['$ref', {$ref: '#/$defs/all', $defs: {all: {...tls, required: ['cert']}}}],
  ])('finds the variables that it speaks of, wherever: %s', async (_, schema) => {
    expect(await told(schema, {tls: true, cert: 'x'})).toEqual([]);
    expect(await told(schema, {tls: true, cert: 'x'}, {tls: true})).toHaveLength(1);
  });

  const long = {properties: {cert: {minLength: 1}}};
  it.each([
    ['then', {...tls, ...ifTls(long)}],
    ['allOf', {...tls, allOf: [long]}],
    ['patternProperties', {...tls, patternProperties: {'^cert$': {minLength: 1}}}],
    ['$ref', {$ref: '#/$defs/all', $defs: {all: long}}],
    ['dependentSchemas', {...tls, dependentSchemas: {tls: long}}],
  ])('holds their values to it: %s', async (_, schema) => {
    expect(await told(schema, {tls: true, cert: 'x'})).toEqual([]);
    expect(await told(schema, {tls: true, cert: 'x'}, {tls: true, cert: ''})).toEqual([
      expect.stringMatching(/^PLY018 inventory.yml:.*'cert' must not be empty/),
    ]);
  });

  it('says what is missing beside what', async () => {
    expect(await told({...tls, dependentRequired: {tls: ['cert']}}, {tls: true})).toEqual([
      expect.stringMatching(/^PLY019 site.yml:2.*role 'web' needs 'cert'/),
    ]);
    expect(await told({anyOf: [{required: ['cert']}, {required: ['key']}]}, {})).toEqual([
      expect.stringMatching(
        /^PLY018 site.yml:2.*the variables of the role must have at least one of 'cert', 'key' \[/,
      ),
    ]);
  });

  it('says which of them go not together', async () => {
    const both = {cert: 'a', key: 'b'};
    const properties = {cert: {}, key: {}};
    expect(await told({properties, oneOf: [{required: ['cert']}, {required: ['key']}]}, both)).toEqual([
      expect.stringMatching(/^PLY018 site.yml:2.*must have exactly one of 'cert', 'key' \[/),
    ]);
    expect(await told({properties, not: {required: ['cert', 'key']}}, both)).toEqual([
      expect.stringMatching(
        /^PLY018 site.yml:2.*the variables of the role must not have 'cert' and 'key' together \[/,
      ),
    ]);
  });
});
