import {describe, expect, test} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {evaluate, functionDocs, render, toPlain} from '../../../src/values/index.ts';
import {mistakesOf, nodeOf, portsOf, scopeOf} from './nodes.ts';

const {variables, groups} = functionDocs();
const scope = scopeOf('', variables, portsOf({'motd.txt': 'Welcome\n'}));
const source = {file: 'docs', line: 1, column: 1};
const docs = groups.flatMap((group) => group.functions);

describe('the example of a function is true in both languages', () => {
  const plain = docs.filter(({name}) => !['fail', 'random_password', 'secret'].includes(name));
  test.each(plain.map((doc) => [doc.name, doc] as const))('%s', (_name, {template, expression, gives}) => {
    expect(render(nodeOf(JSON.stringify(`{{ ${template} }}`)), scope)).toEqual(gives);
    if (expression) expect(evaluate({text: expression, source}, scope)).toEqual(gives);
  });
});

describe('the data of docs/functions.md', () => {
  test.each(docs.map((doc) => [doc.name, doc] as const))('%s', (name, {summary, template, parameters}) => {
    expect(summary).toMatch(/^[A-Z].{10,120}[^.]$/);
    expect(template.split(/[ (]/)).toContain(name);
    expect(parameters.length).toBeGreaterThan(0);
  });

  test('names nothing twice', () => {
    expect(new Set(docs.map((doc) => doc.name)).size).toBe(docs.length);
  });
});

test('fail fails with its words', () => {
  expect(mistakesOf(() => render(nodeOf(`'{{ fail "set vault_tls" }}'`), scope))).toEqual([
    'VAL015 1:5 set vault_tls [fail() was reached: change what leads to it]',
  ]);
});

describe('a random password', () => {
  const password = (call: string): Secret => {
    const value = render(nodeOf(JSON.stringify(`{{ random_password ${call} }}`)), scope);
    if (!(value instanceof Secret)) throw new Error('not a secret');
    return value;
  };

  test('is a secret, the same each time, another for another name and seed', () => {
    const one = password('"a seed kept secret" "unseal"');
    expect(toPlain(one)).toBe('‹password unseal›');
    expect(one.reveal()).toMatch(/^[A-Za-z0-9]{32}$/);
    // The same for ever: a password that changed with a release would lock people out.
    expect(one.reveal()).toBe('YioWXlSmyt57BkSINQe6XOvdOvUL8FOM');
    expect(password('"a seed kept secret" "unseal"').reveal()).toBe(one.reveal());
    expect(password('"a seed kept secret" "other"').reveal()).not.toBe(one.reveal());
    expect(password('"another seed, kept too" "unseal"').reveal()).not.toBe(one.reveal());
  });

  test('is as long as it should be, of the characters that it should have', () => {
    expect(password('"a seed kept secret" "x" 500 "ab"').reveal()).toMatch(/^[ab]{500}$/);
    const counts = [...password('"a seed kept secret" "x" 1000 "abc"').reveal()].filter(
      (one) => one === 'a',
    ).length;
    expect(counts).toBeGreaterThan(270);
    expect(counts).toBeLessThan(400);
  });

  test.each([
    ['"short" "x"', 'a seed has 16 characters at least'],
    ['"a seed kept secret" "x" 0', 'the length is a whole number from 1 to 1024'],
    ['"a seed kept secret" "x" 8 "aa"', 'it needs 2 to 256 different characters'],
  ])('refuses %s', (call, message) => {
    expect(mistakesOf(() => password(call)).join()).toContain(message);
  });
});
