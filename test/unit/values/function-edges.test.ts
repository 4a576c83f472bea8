import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseYaml} from '../../../src/source/index.ts';
import {Secret, Unknown, UnknownRead} from '../../../src/text/index.ts';
import {ArgumentError, callFunction} from '../../../src/values/functions/define.ts';
import {functions} from '../../../src/values/functions/table.ts';
import {render, toPlain, type Value} from '../../../src/values/index.ts';
import {mistakesOf, nodeOf, portsOf, scopeOf} from './nodes.ts';

const scope = scopeOf('', {
  names: ['b', 'a', 'b'],
  mixed: [1, 'a'],
  maps: [{n: 1, os: {id: 'x'}}, {n: 2}],
  nested: {a: {x: 1, y: [1]}, b: 1},
  other: {a: {y: [2]}, b: {z: 1}},
  secrets: ['a', new Secret('token', 'hunter2'), new Secret('again', 'hunter2')],
  later: [1, new Unknown('later')],
  empty: [],
  token: new Secret('token', 'hunter2'),
  text: 'x\n\ny',
  half: '\ud83d',
});
const value = (call: string): Value => render(nodeOf(JSON.stringify(`{{ ${call} }}`)), scope);

describe('at the edges', () => {
  test.each<readonly [string, unknown]>([
    ['unique names', ['b', 'a']],
    ['unique maps', [{n: 1, os: {id: 'x'}}, {n: 2}]],
    ['first empty', null],
    ['last empty', null],
    ['sort maps "n"', [{n: 1, os: {id: 'x'}}, {n: 2}]],
    ['map maps "os.id" "none"', ['x', 'none']],
    ['select maps "os.id"', [{n: 1, os: {id: 'x'}}]],
    ['reject maps "os.id" "x"', [{n: 2}]],
    ['combine nested other', {a: {y: [2]}, b: {z: 1}}],
    ['combine_all nested other', {a: {x: 1, y: [2]}, b: {z: 1}}],
    ['sum empty', 0],
    ['split "a😀b" ""', ['a', '😀', 'b']],
    ['round 1.26 1', 1.3],
    ['max (split "a,c,b" ",")', 'c'],
    ['indent text 2', 'x\n\n  y'],
    ['lines ""', []],
    ['regex_match "ab" "a"', false],
    ['regex_match "a|b" "a|b"', false],
    ['regex_search "ab" "(x)?b" 1', null],
    ['regex_search "ab" "c"', null],
    ['regex_replace "a.b" (regex_escape ".") "$$"', 'a$b'],
    ['number " 0x1F "', 31],
    ['json nested 2', '{\n  "a": {\n    "x": 1,\n    "y": [\n      1\n    ]\n  },\n  "b": 1\n}'],
    ['json empty 2', '[]'],
    ['from_json "{\\"__proto__\\": 1}"', JSON.parse('{"__proto__": 1}')],
    ['is_ip "::1" 4', false],
    ['is_ip "fe80::1%eth0"', false],
    ['is_ip "192.0.2.300"', false],
    ['ip_add "2001:db8::ffff" 1', '2001:db8::1:0'],
    ['ip_add "192.0.2.0" -1', '192.0.1.255'],
    ['cidr_host "192.0.2.0/24" -2', '192.0.2.254'],
    ['cidr_host "192.0.2.7/32" 0', '192.0.2.7'],
    ['cidr_subnet "2001:db8::/32" 16 5', '2001:db8:5::/48'],
    ['cidr_contains "192.0.2.0/24" "192.0.2.0/25"', true],
    ['cidr_contains "192.0.2.0/25" "192.0.2.0/24"', false],
    ['cidr_contains "192.0.2.0/24" "2001:db8::1"', false],
    ['cidr_contains "0.0.0.0/0" "255.255.255.255"', true],
    ['cidr_netmask "2001:db8::/33"', 'ffff:ffff:8000::'],
    ['cidr_broadcast "2001:db8::/127"', '2001:db8::1'],
    ['ip_add "::ffff:192.0.2.1" 0', '::ffff:c000:201'],
    ['first later', 1],
    ['length later', 2],
  ])('%s', (call, expected) => {
    expect(value(call)).toEqual(expected);
  });

  test.each(['unique later', 'sort later', 'sum later', 'json later', 'yaml later', 'map later "x" 1'])(
    '%s is not known yet',
    (call) => {
      expect(value(call)).toBeInstanceOf(Unknown);
    },
  );
});

describe('a wrong argument', () => {
  test.each([
    ['sort mixed', 'sort takes numbers only, or texts only, not a string and a number'],
    ['max mixed', 'max takes numbers only, or texts only, not a string and a number'],
    ['max maps', 'max takes numbers only, or texts only, not a map and a map'],
    ['min empty', 'min: the list is empty'],
    ['sum mixed', 'sum takes a list of numbers only'],
    ['first_found maps', 'first_found takes a list of strings, not a map'],
    ['lookup nested maps', 'lookup: key must be a string, a number or a boolean, but is a list'],
    ['indent text -1', 'indent: spaces must be a whole number from 0 to 1000, but is -1'],
    ['json nested 1000000000', 'json: indentation must be a whole number from 0 to 100, but is 1000000000'],
    ['round 1.234 -1', 'round: digits must be a whole number from 0 to 15, but is -1'],
    ['url_encode half', 'url_encode: the text was cut in the middle of a character'],
    ['map maps "os.id"', `map: an item has no 'os.id' [a default may follow: map list "os.id" ""]`],
    ['map names "x"', `map: an item (it is a string) has no 'x' [a default may follow: map list "x" ""]`],
    ['divide 1 0', 'division by zero'],
    ['number "1,5"', "'1,5' is not a number"],
    ['regex_match "a" "("', "'(' is not a regular expression: unterminated group"],
    ['from_json "{a"', 'from_json: this is not JSON [look at the text: {{ quote x }}]'],
    ['from_yaml "{a"', 'from_yaml: '],
    ['base64_decode "ä"', 'base64_decode: this is not base64'],
    ['base64_decode "/w=="', 'base64_decode: what it stands for is no text'],
    ['ip_add "a" 1', "ip_add: 'a' is not an IP address"],
    ['ip_add "255.255.255.255" 1', 'ip_add: there is no such address'],
    ['cidr_host "192.0.2.0/24" 256', 'cidr_host: 192.0.2.0/24 has no address number 256'],
    ['cidr_host "192.0.2.0" 1', "cidr_host: '192.0.2.0' is not a network"],
    ['cidr_prefix "192.0.2.0/33"', "cidr_prefix: '192.0.2.0/33' is not a network"],
    ['cidr_subnet "10.0.0.0/8" 25 0', 'cidr_subnet: a prefix of 8 bits cannot become 25 bits longer'],
    ['cidr_subnet "10.0.0.0/8" 2 4', 'cidr_subnet: there are 4 parts, counted from 0'],
    ['combine nested', 'combine takes 2 to 9 arguments (map other…), but has 1'],
    ['path_join "a" 1', 'path_join: part must be a string, but is a number [quote the number]'],
  ])('%s', (call, message) => {
    expect(mistakesOf(() => value(call)).join()).toContain(message);
  });
});

describe('a secret', () => {
  test.each([
    'yaml secrets',
    'json secrets 2',
    'unique secrets',
    'sort secrets',
    'last secrets',
    'regex_replace token "h" "j"',
    'regex_search token "h.*"',
    'indent token 2',
    'base64_decode (base64 token)',
    'url_encode token',
    'ternary true token ""',
  ])('in %s stays one', (call) => {
    const shown = JSON.stringify(toPlain(value(call)));
    expect(shown).toMatch(/‹(?:token|again)›/);
    expect(shown).not.toContain('unter');
  });

  test('is compared with what it is', () => {
    expect(value('length (unique secrets)')).toBe(2);
  });
});

/** Values as JSON and YAML can write them. */
const values = fc.letrec<{value: Value}>((tie) => ({
  value: fc.oneof(
    {depthSize: 'small'},
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .double({noNaN: true, noDefaultInfinity: true})
      .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
      .map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.string({unit: 'grapheme'}),
    fc.constantFrom(
      'yes',
      'null',
      'a b',
      '- a',
      'a: b',
      ' a',
      'a\nb\n',
      '#',
      "'",
      '0644',
      '1.20',
      '{{ x }}',
      '~',
    ),
    fc.array(tie('value'), {maxLength: 3}),
    fc.dictionary(fc.string({unit: 'grapheme', minLength: 1}), tie('value'), {maxKeys: 3}),
  ),
})).value;

test('what yaml and json write is read back', () => {
  fc.assert(
    fc.property(values, (written) => {
      const around = scopeOf('', {written});
      const read = (call: string): Value => render(nodeOf(JSON.stringify(`{{ ${call} }}`)), around);
      const text = String(read('yaml written'));
      expect(parseYaml(text, 'x').diagnostics, text).toEqual([]);
      expect(JSON.parse(JSON.stringify(read('from_yaml (yaml written)'))), text).toEqual(
        JSON.parse(JSON.stringify(written)),
      );
      expect(JSON.stringify(read('from_json (json written 3)'))).toBe(JSON.stringify(written));
    }),
  );
});

test('an address is one text, and the sum of its parts', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat({max: 1000}), (address, count) => {
      const around = scopeOf('', {address, count});
      const read = (call: string): Value => render(nodeOf(JSON.stringify(`{{ ${call} }}`)), around);
      const canonical = read('ip_add address 0');
      expect(read('is_ip address')).toBe(true);
      if (!address.includes(':')) expect(canonical).toBe(address);
      else expect(new URL(`http://[${address}]`).hostname).toBe(`[${canonical}]`);
      expect(read(`cidr_host (join (split "${canonical},/16" ",") "") 0`)).toBe(
        read(`cidr_network (join (split "${canonical},/16" ",") "")`),
      );
    }),
  );
});

describe('whatever it is given', () => {
  const anything = fc.oneof(
    fc.constantFrom<Value>(
      ...['', '0', 'a', '/x', '192.0.2.1/24', '1.2', '[', '\ud83d', 'a\0b', '😀', '__proto__'],
    ),
    fc.constantFrom<Value>(0, 1, -1, 1.5, 1e9, -1e9, 2 ** 53 - 1, Number.MAX_VALUE, Number.MIN_VALUE),
    fc.constantFrom<Value>(true, false, null, new Secret('token', 'hunter2'), new Unknown('later')),
    fc.constantFrom<Value>([], {}, [null], [[]], [{}], ['a', 1], [{a: 1}], {a: {b: []}}, [['a', 'b']], {
      a: null,
    }),
  );
  const ports = portsOf({a: 'text'});

  test.each([...functions.values()].map((definition) => [definition.name, definition] as const))(
    '%s gives a value, or says what is wrong with it',
    (_name, definition) => {
      fc.assert(
        fc.property(fc.array(anything, {maxLength: 5}), (args) => {
          try {
            callFunction(definition, args, ports);
          } catch (error) {
            if (!(error instanceof ArgumentError || error instanceof UnknownRead)) throw error;
          }
        }),
        {numRuns: 300},
      );
    },
  );
});
