import {describe, expect, test} from 'vitest';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {evaluate, type Ports, render, toPlain} from '../../../src/values/index.ts';
import {mistakesOf, nodeOf, portsOf, scopeOf} from './nodes.ts';

const ports = portsOf({'motd.txt': 'Welcome\n\n', 'x.yml': 'a: [1]\n'}, {HOME: '/root'});
const scope = scopeOf('motd: "{{ file name }}"\nname: motd.txt', {token: new Secret('t', 'canary')}, ports);
const source = {file: 'test.yml', line: 1, column: 1};
const template = (text: string) => render(nodeOf(JSON.stringify(`{{ ${text} }}`)), scope);
const expression = (text: string) => evaluate({text, source}, scope);

describe('a lookup', () => {
  test.each([
    ['env "HOME"', 'env("HOME")', '/root'],
    ['env "NOPE" 5', 'env("NOPE", 5)', 5],
    ['motd', 'motd', 'Welcome'],
    ['file "none" "-"', 'file("none", "-")', '-'],
    ['lookup (from_yaml (file "x.yml")) "a"', 'from_yaml(file("x.yml")).a', [1]],
    ['first_found (split "n motd.txt" " ")', 'first_found(["n", "motd.txt"])', '/site/files/motd.txt'],
    ['first_found (split "n" " ") ""', 'first_found(["n"], "")', ''],
    ['pipe "echo a b"', 'pipe("echo a b")', 'a b'],
  ])('%s', (call, text, expected) => {
    expect(template(call)).toEqual(expected);
    expect(expression(text)).toEqual(expected);
  });

  test('works within the expressions of a list', () => {
    expect(expression('["motd.txt"].map(name, file(name))')).toEqual(['Welcome']);
    expect(expression('["a", "b"].exists(x, env("HOME") == "/root" and x == "b")')).toBe(true);
  });

  test.each([
    [
      'env "NOPE"',
      `VAL005 1:5 env: the environment of vprov has no variable NOPE [set it, or give a default: env "NOPE" ""]`,
    ],
    ['file "n"', `VAL005 1:5 file: there is no file 'n' [a default may follow: file "n" ""]`],
    ['first_found (split "n,m" ",")', 'VAL005 1:5 first_found: there is none of n, m'],
    ['pipe "nope"', 'VAL005 1:5 pipe: exit code 127: sh: 1: nope: not found'],
    ['secret "vault://kv/x#y"', 'VAL005 1:5 secret: no such key [look at kv/pi]'],
    ['file token', 'VAL005 1:5 file cannot take the secret ‹t›'],
  ])('says what is missing: %s', (call, message) => {
    expect(mistakesOf(() => template(call))[0]).toContain(message);
  });

  test('gives secrets where a provider keeps them', () => {
    const value = template('secret "vault://kv/pi#token"');
    expect(value).toBeInstanceOf(Secret);
    expect(toPlain(value)).toBe('‹vault://kv/pi#token›');
    expect(expression('secret("vault://kv/pi#token") == "hunter2"')).toBe(true);
  });

  test('is not known where it must not run', () => {
    const later: Ports = {...ports, run: () => new Unknown('not now'), secret: () => new Unknown('not now')};
    const validating = scopeOf('', {}, later);
    for (const call of ['pipe("x")', 'secret("env://X")']) {
      expect(evaluate({text: `${call} == "" || false`, source}, validating)).toBeInstanceOf(Unknown);
    }
    expect(render(nodeOf(`'a{{ pipe "x" }}'`), validating)).toBeInstanceOf(Unknown);
    expect(render(nodeOf(`'{{ pipe "x" }}'`), scopeOf(''))).toBeInstanceOf(Unknown);
  });
});
