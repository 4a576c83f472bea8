import {execFileSync} from 'node:child_process';
import {inspect} from 'node:util';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {evaluate, render, SecretText, type Value} from '../../../src/values/index.ts';
import {nodeOf, scopeOf} from './nodes.ts';

const source = {file: 'test.yml', line: 1, column: 1};

describe('a function is the same in templates and in expressions', () => {
  test.each([
    ['lower text', 'lower(text)', 'a/b c.txt '],
    ['upper text', 'upper(text)', 'A/B C.TXT '],
    ['trim text', 'trim(text)', 'A/b C.txt'],
    ['replace text "b" "$&"', 'replace(text, "b", "$&")', 'A/$& C.txt '],
    ['split "a,b" ","', 'split("a,b", ",")', ['a', 'b']],
    ['join items "-"', 'join(items, "-")', '1-x-true'],
    ['join items', 'join(items)', '1xtrue'],
    ['contains text "C"', 'contains(text, "C")', true],
    ['contains items 1', 'contains(items, 1)', true],
    ['contains dict "k"', 'contains(dict, "k")', true],
    ['starts_with text "A"', 'starts_with(text, "A")', true],
    ['ends_with text "A"', 'ends_with(text, "A")', false],
    ['json dict', 'json(dict)', '{"k":[1,null,"\\""]}'],
    ['keys dict', 'keys(dict)', ['k']],
    ['values dict', 'values(dict)', [[1, null, '"']]],
    ['length "é😀"', 'length("é😀")', 2],
    ['length dict', 'length(dict)', 1],
    ['base64 "é"', 'base64("é")', 'w6k='],
    ['sha256 ""', 'sha256("")', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['basename "/a/b.c"', 'basename("/a/b.c")', 'b.c'],
    ['dirname "/a/b.c"', 'dirname("/a/b.c")', '/a'],
    ['string 5', 'string(5)', '5'],
    ['string true', 'string(true)', 'true'],
    ['double "1.5"', 'double("1.5")', 1.5],
    ['int "15"', 'int("15")', 15],
    ['bool "false"', 'bool("false")', false],
    ['bool "1"', 'bool("1")', true],
    ['quote text', 'quote(text)', "'A/b C.txt '"],
    ['quote 5', 'quote(5)', '5'],
    ['quote_hcl text', 'quote_hcl(text)', '"A/b C.txt "'],
    ['version_compare "1.10" ">" "1.9"', 'version_compare("1.10", ">", "1.9")', true],
    ['version_compare "v2.0.0-rc.2" "<" "2"', 'version_compare("v2.0.0-rc.2", "<", "2")', true],
    ['version_compare "1.18.0+ent" "==" "1.18"', 'version_compare("1.18.0+ent", "==", "1.18")', true],
    ['version_compare "1.0-rc.9" "<" "1.0-rc.10"', 'version_compare("1.0-rc.9", "<", "1.0-rc.10")', true],
  ])('%s', (template, expression, expected) => {
    const values: Record<string, Value> = {
      text: 'A/b C.txt ',
      items: [1, 'x', true],
      dict: {k: [1, null, '"']},
    };
    const scope = scopeOf('', values);
    expect(render(nodeOf(`'{{ ${template} }}'`), scope)).toEqual(expected);
    expect(evaluate({text: expression, source}, scope)).toEqual(expected);
  });
});

test('quote gives one word that dash reads back, for any bytes but NUL', () => {
  const template = nodeOf('"{{ quote x }}"');
  const text = fc.oneof(
    fc.string({unit: 'binary'}),
    fc
      .array(fc.constantFrom("'", '"', '\\', '\n', '$', '`', ' ', '!', '*', '~', '#', 'é', '\r', '\t'))
      .map((list) => list.join('')),
  );
  const words = fc.array(
    text.filter((word) => !word.includes('\0') && !/\p{Surrogate}/u.test(word)),
    {minLength: 50, maxLength: 80},
  );
  fc.assert(
    fc.property(words, (list) => {
      const quoted = list.map((word) => render(template, scopeOf('', {x: word})));
      const script = `printf '%s\\0' ${quoted.join(' ')}`;
      expect(execFileSync('dash', [], {input: script}).toString().split('\0').slice(0, -1)).toEqual(list);
    }),
    {numRuns: 5},
  );
});

describe('quote_hcl', () => {
  test.each([
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['line\nnext\ttab\r', '"line\\nnext\\ttab\\r"'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: HCL's interpolation, not ours
    ['${x} %{y} $ % {', '"\\u0024{x} \\u0025{y} $ % {"'],
    ['\u0001\u007f', '"\\u0001\\u007f"'],
    ['é😀', '"é😀"'],
  ])('%j', (text, expected) => {
    expect(render(nodeOf('"{{ quote_hcl x }}"'), scopeOf('', {x: text}))).toBe(expected);
  });

  test('gives a JSON string but for what HCL escapes alike: it reads back', () => {
    fc.assert(
      fc.property(fc.string({unit: 'grapheme'}), (text) => {
        const quoted = render(nodeOf('"{{ quote_hcl x }}"'), scopeOf('', {x: text}));
        expect(JSON.parse(String(quoted))).toBe(text);
        expect(String(quoted)).not.toMatch(/[$%]\{/);
      }),
    );
  });

  test('finds an interpolation across the edge of a secret', () => {
    const text = render(
      nodeOf('"{{ quote_hcl x }}"'),
      scopeOf('', {x: new SecretText(['$', new Secret('s', '{x}')])}),
    );
    expect(text).toBeInstanceOf(SecretText);
    expect(text instanceof SecretText && text.parts[0]).toBe('"\\u0024');
  });
});

describe('a secret given to a function', () => {
  const scope = scopeOf('', {
    token: new Secret('token', `hun"ter'2`),
    list: ['a', new Secret('token', `hun"ter'2`)],
  });

  test.each([
    'lower token',
    'upper token',
    'trim token',
    'replace token "h" "j"',
    'split token "\\""',
    'base64 token',
    'sha256 token',
    'basename token',
    'dirname token',
    'quote token',
    'quote_hcl token',
    'json token',
    'json list',
    'join list ","',
    'values (lookup root "map")',
    'default token ""',
  ])('%s shows nothing of it', (call) => {
    const all = scope.extend(
      new Map([['root', {data: {map: {t: new Secret('token', `hun"ter'2`)}}, origin: {layer: 'x'}}]]),
    );
    const value = render(nodeOf(JSON.stringify(`{{ ${call} }}`)), all);
    const shown = inspect(value, {depth: 9}) + JSON.stringify(value) + String(value);
    expect(shown).toContain('‹token›');
    expect(shown).not.toMatch(/hun|HUN|jun|aHVu|ter/);
  });

  test('keeps its words around it, quoted for their place', () => {
    const value = render(nodeOf(`'{{ quote token }}'`), scope);
    const opened =
      value instanceof SecretText
        ? value.parts.map((part) => (part instanceof Secret ? part.reveal() : part))
        : [];
    expect(opened.join('')).toBe(`'hun"ter'\\''2'`);
  });
});
