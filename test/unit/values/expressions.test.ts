import {describe, expect, test} from 'vitest';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {evaluate, test as holds, SecretText} from '../../../src/values/index.ts';
import {mistakesOf, scopeOf} from './nodes.ts';

const variables = `
a: 1
port: 8200
half: 0.5
numbers: [1, 2, 3]
dict: {k: v, nothing: null}
old: "1.9"
new: "1.10"
broken: "{{ nope }}"
flag: true
name: bao
hosts: [{name: x, up: true}, {name: y, up: false}]
`;
const scope = scopeOf(variables, {
  token: new Secret('token', 'hunter2'),
  pin: new Secret('pin', '918273645'),
  long: new Secret('long', '91827364591827364'),
  bracket: new Secret('bracket', '(hunter2'),
  pair: new SecretText(['hunter', new Secret('digit', '2')]),
  words: {hunter2: 1, list: [new Secret('token', 'hunter2')]},
  later: new Unknown('it is not made yet'),
  facts: {os: 'linux', arch: new Unknown('facts are not gathered')},
  mixed: [{up: new Unknown('later')}, {up: true}],
});
const expression = (text: string) => ({text, source: {file: 'test.yml', line: 3, column: 11}});
const value = (text: string) => evaluate(expression(text), scope);
const mistakes = (text: string) => mistakesOf(() => value(text));

describe('values', () => {
  test.each([
    ['a == 1', true],
    ['port + 1', 8201],
    ['1 + port', 8201],
    ['port - half', 8199.5],
    ['port * 2', 16400],
    ['port / 2', 4100],
    ['7 / 2', 3.5],
    ['7 / 2 + 1', 4.5],
    ['7 / 2 > 3', true],
    ['7 / 2 == 14 / 4', true],
    ['-(7 / 2) * 2 % 4', -3],
    ['7.0 / 2.0', 3.5],
    ['6 / 2', 3],
    ['int(7 / 2)', 3],
    ['int(a * 7 / 2)', 3],
    ['int(6 / 2) + 1', 4],
    ['numbers[2 / 2]', 2],
    ['numbers.size() / numbers.size() == 1', true],
    ['string(7 / 2)', '3.5'],
    ['[7 / 2, 4].map(x, x * 2)', [7, 8]],
    ['name.substring(4 / 2)', 'o'],
    ['numbers.size() / 2 == numbers.size() * 0.5', true],
    ['1 == 1.0', true],
    ['1.0 != 1', false],
    ['numbers.size() == 3.0', true],
    ['[1, 2] == [1.0, 2.0]', true],
    ['{"a": 1} == {"a": 1.0}', true],
    ['1 in [1.0, 2.0]', true],
    ['port % 2 == 0', true],
    ['port % half', 0],
    ['numbers.map(x, x + 1)', [2, 3, 4]],
    ['numbers[0]', 1],
    ['numbers[a]', 2],
    ['1 + 1', 2],
    ['port in [8200, 8201]', true],
    ['name in ["bao", 1]', true],
    ['"k" in dict', true],
    ['dict.nothing == null', true],
    ['dict["k"]', 'v'],
    ['dict == {"k": "v", "nothing": null}', true],
    ['hosts.exists(h, h.up)', true],
    ['hosts.filter(h, h.up).map(h, h.name)', ['x']],
    ['hosts[0]', {name: 'x', up: true}],
    ['string(port) + "/x"', '8200/x'],
    ['int("5") + port', 8205],
    ['a == 1 ? "x" : "y"', 'x'],
    ['version(new) > version(old)', true],
    ['version("1.2.0-rc1") < version("1.2")', true],
    ['version_compare(new, ">", old)', true],
    ['default(nope, 3)', 3],
    ['default(dict.zz, 3)', 3],
    ['default(dict.nothing, 3)', 3],
    ['default(dict.k, 3)', 'v'],
    ['defined(dict.zz)', false],
    ['length(name) + length(numbers)', 6],
    ['join(numbers, ",")', '1,2,3'],
    ['lower("BAO") == name', true],
    ['name.substring(a)', 'ao'],
    ['type(a) == double', true],
    ['9007199254740991', 9007199254740991],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });
});

describe('words for Ansible hands', () => {
  test.each([
    ['flag and not a == 2', true],
    ['not name == "bao"', false],
    ['not flag or a == 1', true],
    ['not (flag and a == 2)', true],
    ['name not in ["a", "b"]', true],
    ['not name in ["bao"]', false],
    ['nope is defined', false],
    ['nope is not defined', true],
    ['nope is undefined', true],
    ['dict.k is defined and dict.zz is not defined', true],
    ['hosts[0].up is defined', true],
    ['nope is defined and nope > 3', false],
    ['(flag and (a == 1 or nope is defined))', true],
    ['"and or not is" == "and or not is"', true],
    ['hosts.exists(h, h.up and not h.name == "y")', true],
    ['flag and a == 1 ? "x" : "y"', 'x'],
    ['{"k": flag and not flag}', {k: false}],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });
});

describe('an unknown is absorbed where it decides nothing, in any order', () => {
  test.each([
    ['later || true', true],
    ['true || later', true],
    ['later && false', false],
    ['false && later', false],
    ['later or flag', true],
    ['facts.arch == "arm" || facts.os == "linux"', true],
    ['facts.os == "linux" && a == 1', true],
    ['mixed.exists(m, m.up)', true],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  test.each([
    'later',
    'later == 1',
    'later || false',
    'facts.arch == "arm"',
    'mixed.all(m, m.up)',
    'later || 1 / 0 == 1',
    'facts.arch == "arm" || 1 / 0 == 1',
    '1 / 0 == 1 || facts.arch == "arm"',
    'facts.arch == "arm" && fail("no")',
    '(flag && facts.arch == "arm") || fail("no")',
    'flag && (facts.arch == "arm" || (a == 2 || fail("no")))',
    'later is defined and later > 1',
    '[later]',
    'lower(later)',
  ])('and makes the rest unknown: %s', (text) => {
    expect(value(text)).toBeInstanceOf(Unknown);
  });
});

describe('a mistake says where and what to do', () => {
  test.each([
    ['nope || true', "VAL001 3:11 'nope' is not defined"],
    ['false && nope', "VAL001 3:20 'nope' is not defined"],
    ['flag and not nope', "VAL001 3:24 'nope' is not defined"],
    ['hosts.all(h, nope)', "VAL001 3:24 'nope' is not defined"],
    ['flags', "VAL001 3:11 'flags' is not defined [did you mean 'flag'?]"],
    ['True', "VAL001 3:11 'True' is not defined [did you mean 'true'?]"],
    ['facts.oss == "x"', "VAL002 3:17 'facts' has no 'oss' [did you mean 'os'?]"],
    ['hosts.exists(h, h.nmae == "x")', "VAL002 3:29 there is no 'nmae' [did you mean 'name'?]"],
    ['dict["k"].z', "VAL002 3:21 'dict.k' has no 'z' (it is a string)"],
    [
      'name.exists(n, n == "b")',
      'VAL009 3:11 only a list or a map can be looked through, not a string [a part of a text is looked for by text.contains(part), a pattern by text.matches(pattern)]',
    ],
    ['dict.k.z', "VAL002 3:18 'dict.k' has no 'z' (it is a string)"],
    ['numbers[7]', `VAL002 3:11 'numbers' has no '7' [the list has 3 items, counted from 0]`],
    ['lowr(name)', "VAL004 3:11 no such function: lowr [did you mean 'lower'?]"],
    ['name.startswith("b")', "VAL004 3:16 no such method: startswith [did you mean 'startsWith'?]"],
    ['lower(a)', 'VAL005 3:11 lower: text must be a string, but is a number [quote the number]'],
    [
      'port == "8200"',
      'VAL005 3:11 a number is never equal to a string [compare it with a number: without quotes, or int(x)]',
    ],
    [
      'flag != "true"',
      'VAL005 3:11 a boolean is never equal to a string [write true or false without quotes]',
    ],
    [
      'new > old',
      "VAL012 3:11 '>' compares these texts letter by letter [version(new) > version(old) for versions, int(new) > int(old) for numbers]",
    ],
    [
      'flag and not new >= "1.3"',
      `VAL012 3:24 '>=' compares these texts letter by letter [version(new) >= version("1.3") for versions, double(new) >= 1.3 for numbers]`,
    ],
    [
      'version(1.20)',
      'VAL005 3:11 version() takes a string, not a number: 1.20 as a number is 1.2 [quote the version where it is defined]',
    ],
    ['a / 0', 'VAL005 3:11 division by zero [ask for it before: n == 0 ? 0 : x / n]'],
    [
      '1 + "a"',
      `VAL009 3:11 '+' cannot take a number and a string [int(x) makes a number of a text, string(x) a text of a number]`,
    ],
    [
      'name + a',
      `VAL009 3:11 '+' cannot take a string and a number [int(x) makes a number of a text, string(x) a text of a number]`,
    ],
    ['!name', `VAL009 3:11 '!' cannot take a string [compare it: x != "", x.size() > 0, x is defined]`],
    [
      'name && flag',
      'VAL009 3:11 and, or, && and || join conditions, but here is a string [compare it: x != "", x.size() > 0, x is defined]',
    ],
    ['9007199254740993', 'VAL011 3:11 9007199254740993 is beyond 2^53'],
    [
      'a +',
      `VAL008 3:14 not an expression: unexpected end [something is missing at the end: a value, a bracket]`,
    ],
    [
      'a b',
      `VAL008 3:13 not an expression: unexpected 'b' [conditions are CEL: a == b and (c or not d), x in list, f(x); texts stand in quotes]`,
    ],
    [
      '(a == 1',
      `VAL008 3:18 not an expression: expected ')', got end [something is missing at the end: a value, a bracket]`,
    ],
    [
      'a == 1 and b)',
      `VAL008 3:23 not an expression: unexpected ')' [conditions are CEL: a == b and (c or not d), x in list, f(x); texts stand in quotes]`,
    ],
    ['a = 1', "VAL008 3:13 '=' compares nothing [write == to compare]"],
    [
      ' ',
      'VAL008 3:11 the condition is empty [remove the key, or write a condition; a ! at the start needs quotes around all of it]',
    ],
    [
      'loop == 1',
      `VAL008 3:11 not an expression: reserved identifier: loop [expressions keep this name for themselves: give the variable another]`,
    ],
    [
      'name | default("x")',
      `VAL013 3:16 '| default' is a Jinja filter; functions here come first [default(name, "x")]`,
    ],
    ['{{ name }} == "x"', 'VAL013 3:11 an expression stands by itself, without {{ }} [name == "x"]'],
    ['name is match("b")', `VAL013 3:16 'is match' is Jinja; conditions here are CEL [x.matches("^…")]`],
    ['name is not none', "VAL013 3:16 'is not none' is Jinja; conditions here are CEL [x != null]"],
    ['broken == 1 || true', "VAL001 9:13 'nope' is not defined"],
  ])('%s', (text, message) => {
    expect(mistakes(text)).toEqual([message]);
  });
});

test('a variable with the name of a type is not read in its place', () => {
  const around = scopeOf('list: [1]\ntype: x');
  expect(mistakesOf(() => evaluate(expression('list.size() > 0 && type == "x"'), around))).toEqual([
    "VAL014 3:11 'list' is a type in expressions, so the variable of that name cannot be read [rename the variable]",
    "VAL014 3:30 'type' is a type in expressions, so the variable of that name cannot be read [rename the variable]",
  ]);
});

describe('a secret', () => {
  test('can be compared, measured and passed on', () => {
    expect(value('token == "hunter2"')).toBe(true);
    expect(value('token != ""')).toBe(true);
    expect(value('token.size()')).toBe(7);
    expect(value('token')).toBeInstanceOf(Secret);
    expect(value('"x-" + token')).toBeInstanceOf(SecretText);
    expect(value('base64(token)')).toBeInstanceOf(Secret);
    expect(String(value('json({"t": token})'))).toBe('{"t":"‹token›"}');
  });

  test.each([
    ['token in ["hunter2"]', true],
    ['not (token in ["hunter2"])', false],
    ['token in ["a", "b"]', false],
    ['"hunter2" in [token]', true],
    ['"hunter2" in words.list', true],
    ['pair in [token]', true],
    ['["hunter2"] in [[token]]', true],
    ['[token] == ["hunter2"]', true],
    ['[token] != ["hunter2"]', false],
    ['[token] == ["hunter3"]', false],
    ['["hunter2", 1] == [token, a]', true],
    ['{"a": token} == {"a": "hunter2"}', true],
    ['{"a": [token]} != {"a": ["hunter2"]}', false],
    ['words == {"hunter2": 1, "list": ["hunter2"]}', true],
    ['token == pair', true],
    ['token in words', true],
    ['pin in words', false],
    ['words[token]', 1],
    ['words[token] == 1', true],
    ['pin == "918273645"', true],
    ['token == null', false],
    ['int(pin) == 918273645', true],
    ['double(pin) == 918273645.0', true],
    ['token.matches("^hunter")', true],
    ['"hunter2".matches(token)', true],
    ['size(token)', 7],
    ['token.startsWith("hun")', true],
    ['token.endsWith(pair)', true],
    ['"a hunter2".contains(token)', true],
    ['string(token) == "hunter2"', true],
    ['"hunter2" == string(token)', true],
    ['"a" + string(token) == "ahunter2"', true],
    ['string(token).size()', 7],
    ['string(pin).matches("^9")', true],
    ['[1, 2].exists(n, "hunter2" in [token])', true],
  ])('is to conditions what its text is: %s', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  test('stays one as its own text', () => {
    expect(value('string(token)')).toBeInstanceOf(Secret);
    expect(value('"x" + string(token)')).toBeInstanceOf(SecretText);
  });

  test.each([
    ['pin == 918273645', 'VAL005 3:11 a string is never equal to a number [the number that it is: int(pin)]'],
    ['8200 != pin', 'VAL005 3:11 a string is never equal to a number [the number that it is: int(pin)]'],
    ['token == flag', 'VAL005 3:11 a string is never equal to a boolean [compare it with a text in quotes]'],
    [
      'token == numbers',
      'VAL005 3:11 a string is never equal to a list [whether x is in a list: x in list, in a template contains list x]',
    ],
    [
      'pin in numbers',
      'VAL005 3:11 a text is never in a list of numbers [write all of them in quotes, or none; int(x) and string(x) make one of the other]',
    ],
    ['words[pin] == 1', "VAL002 3:11 there is no '‹pin›'"],
    [
      'int(token) == 1',
      'VAL009 3:11 int() cannot read this value as a number [digits only, such as "42"; ask before: x.matches("^[0-9]+$")]',
    ],
    ['int(long)', 'VAL011 3:11 int() makes a number beyond 2^53 of ‹long›'],
    ['"x".matches(bracket)', 'VAL009 3:11 ‹bracket› is no pattern to match with'],
  ])('is the same mistake that its text is, and is not told: %s', (text, mistake) => {
    expect(mistakes(text)).toEqual([mistake]);
  });

  test.each(['token > "a"', 'token.value == ""', 'version(token) > version("1")', 'lower(token) + 1'])(
    'is in no message: %s',
    (text) => {
      expect(mistakes(text).join()).not.toMatch(/hunter2/i);
    },
  );
});

describe('conditions', () => {
  const all = (...texts: string[]) => holds(texts.map(expression), scope);

  test('hold when all hold', () => {
    expect(all('a == 1', 'flag')).toBe(true);
    expect(all('a == 1', 'not flag')).toBe(false);
    expect(all()).toBe(true);
  });

  test('guard the ones after them', () => {
    expect(all('nope is defined', 'nope.x > 1')).toBe(false);
  });

  test('one that is false decides beside unknown ones, and a failure beside them is not certain', () => {
    expect(all('later', 'false')).toBe(false);
    expect(all('later', 'flag')).toBeInstanceOf(Unknown);
    expect(all('later', 'a / 0 == 1')).toBeInstanceOf(Unknown);
  });

  test('must be true or false', () => {
    expect(mistakesOf(() => all('name'))).toEqual([
      'VAL010 3:11 the condition is a string, not true or false [name != "", or name == "true"]',
    ]);
    expect(mistakesOf(() => all('numbers'))).toEqual([
      'VAL010 3:11 the condition is a list, not true or false [numbers.size() > 0]',
    ]);
    expect(mistakesOf(() => all('token'))).toEqual([
      'VAL010 3:11 the condition is a secret, not true or false',
    ]);
  });

  test('have all their mistakes told at once', () => {
    expect(mistakesOf(() => all('nope == 1 and zip and nope > 0', 'a =', 'zip'))).toEqual([
      "VAL008 3:13 '=' compares nothing [write == to compare]",
      "VAL001 3:11 'nope' is not defined",
      "VAL001 3:25 'zip' is not defined",
    ]);
  });
});

test('a quoted expression has its places one further right', () => {
  const source = {file: 'test.yml', line: 3, column: 11, length: 14};
  expect(mistakesOf(() => evaluate({text: 'nope || true', source}, scope))).toEqual([
    "VAL001 3:12 'nope' is not defined",
  ]);
});
