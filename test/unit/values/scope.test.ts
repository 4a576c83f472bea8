import {describe, expect, test} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {Unknown} from '../../../src/text/index.ts';
import {createScope, layerOfData, layerOfMap, type ValueMap} from '../../../src/values/index.ts';
import {mapOf, mistakesOf, scopeOf} from './nodes.ts';

const written = (yaml: string, label: string) => layerOfMap(mapOf(yaml), label);

describe('a scope', () => {
  test('gives the highest layer that defines a name', () => {
    const scope = createScope([written('x: 1\ny: 1', 'low'), written('x: 2', 'high')]);
    expect([scope.get('x'), scope.get('y')]).toEqual([2, 1]);
    expect(scope.origins('x').map((origin) => origin.layer)).toEqual(['high', 'low']);
    expect(scope.extend(written('y: 3', 'top')).get('y')).toBe(3);
    expect(scope.get('y')).toBe(1);
    expect(scope.extend(layerOfData({z: 1}, 'register')).names()).toEqual(['x', 'y', 'z']);
  });

  test('renders a variable in the scope of its reader', () => {
    const scope = scopeOf('full: "{{ name }}.local"\nname: low');
    expect(scope.get('full')).toBe('low.local');
    expect(scope.extend(layerOfData({name: 'high'}, 'register')).get('full')).toBe('high.local');
  });

  test('renders a variable once', () => {
    let reads = 0;
    const values: ValueMap = Object.defineProperty({}, 'counted', {
      enumerable: true,
      get: () => {
        reads += 1;
        return 'x';
      },
    });
    const scope = createScope([written('a: "{{ counted }}!"', 'low'), layerOfData(values, 'register')]);
    expect(reads).toBe(0);
    expect([scope.get('a'), scope.get('a')]).toEqual(['x!', 'x!']);
    expect(reads).toBe(1);
  });

  test('never renders data', () => {
    const scope = scopeOf('a: "{{ data }}"\nb: "{{ a }}"', {data: '{{ nope }} {{{{ {% if'});
    expect(scope.get('b')).toBe('{{ nope }} {{{{ {% if');
  });

  test('gives an unknown as it is', () => {
    const later = new Unknown('later');
    const scope = scopeOf('m: {x: "{{ later }}", y: 1}', {later});
    expect(scope.get('later')).toBe(later);
    expect(scope.get('m')).toEqual({x: later, y: 1});
  });

  test('makes maps without a prototype', () => {
    const map = scopeOf('m: {a: 1}').get('m');
    expect(Object.getPrototypeOf(map)).toBeNull();
    expect(mistakesOf(() => scopeOf('m: {a: 1}\nx: "{{ m.constructor }}"').get('x'))).toEqual([
      "VAL002 2:10 'm' has no 'constructor'",
    ]);
  });
});

describe('what is wrong with a variable', () => {
  test('an undefined name has the nearest known one as hint', () => {
    expect(mistakesOf(() => scopeOf('vault_address: x').get('vault_adress'))).toEqual([
      "VAL001 - 'vault_adress' is not defined [did you mean 'vault_address'?]",
    ]);
  });

  test('a circle is told with its way, for one variable and for many', () => {
    expect(mistakesOf(() => scopeOf('a: "{{ a }}"').get('a'))).toEqual([
      "VAL007 1:4 'a' is made of itself: a → a",
    ]);
    const scope = scopeOf('a: "{{ b }}"\nb: "x{{ c }}"\nc: ["{{ a }}"]');
    expect(mistakesOf(() => scope.get('a'))).toEqual(["VAL007 1:4 'a' is made of itself: a → b → c → a"]);
    expect(mistakesOf(() => scope.get('a'))).toEqual(["VAL007 1:4 'a' is made of itself: a → b → c → a"]);
  });

  test('a mistake inside a variable is told once, at the variable, with who reads it', () => {
    const scope = scopeOf('bad: "{{ nope }}"\none: "{{ bad }}"\nall: ["{{ one }}", "{{ bad }}"]');
    expect(mistakesOf(() => scope.get('all'))).toEqual(["VAL001 1:10 'nope' is not defined"]);
    try {
      scope.get('one');
    } catch (error) {
      const related = error instanceof VprovError ? error.diagnostics[0]?.related : undefined;
      expect(related).toEqual([
        {message: "'bad' is read here", source: {file: 'test.yml', line: 2, column: 10, length: 3}},
      ]);
    }
    expect.assertions(2);
  });

  test('a wrong value says where it came from and what it overrode', () => {
    const scope = createScope([
      written('m: {b: 1}', 'role defaults'),
      written('m: {c: 1}', 'play vars'),
      written('x: "{{ m.b }}"', 'task vars'),
    ]);
    try {
      scope.get('x');
    } catch (error) {
      const related = error instanceof VprovError ? error.diagnostics[0]?.related : undefined;
      expect(related?.map((one) => one.message)).toEqual([
        "'m' comes from play vars",
        'it overrides role defaults',
      ]);
    }
    expect.assertions(1);
  });
});
