import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {mask, reveal, Secret, type Text} from '../../../src/text/index.ts';
import {HclError} from '../../../src/vault/hcl/lexer.ts';
import {parseHcl} from '../../../src/vault/hcl/parse.ts';
import {printHcl} from '../../../src/vault/hcl/print.ts';
import type {Body, Value} from '../../../src/vault/hcl/tree.ts';

/** What a body says, without how it is written. */
function meaning({items}: Body): unknown {
  return items.map(({keys, value, assigned}) => [keys.map(({name}) => name), assigned, meaningOf(value)]);
}

function meaningOf(value: Value): unknown {
  if (value.type === 'literal') return value.value;
  return value.type === 'list' ? value.elements.map(meaningOf) : meaning(value.body);
}

/** All comments, wherever they stand. */
function commentsOf({items, comments}: Body): readonly string[] {
  const inner = (value: Value): readonly string[] => {
    if (value.type === 'object') return commentsOf(value.body);
    if (value.type === 'literal') return [];
    return value.comments.flatMap((some, index) => {
      const element = value.elements[index];
      return [...some.map(reveal), ...(element ? inner(element) : [])];
    });
  };
  return [
    ...items.flatMap(({comments: before, comment, value}) => [
      ...before.map(reveal),
      ...inner(value),
      ...(comment ? [reveal(comment)] : []),
    ]),
    ...comments.map(reveal),
  ].sort();
}

function canonical(text: string): string {
  return reveal(printHcl(parseHcl([text])));
}

describe('HCL is read as the servers read it', () => {
  it.each<[string, string, unknown]>([
    ['a text', 'a = "b"', [[['a'], true, 'b']]],
    ['numbers', 'a = [1, -2, 0x1F, 010, 1.5, 1e3, -0x10]', [[['a'], true, [1, -2, 31, 8, 1.5, 1000, -16]]]],
    [
      'true and false',
      'a = true\nb = false',
      [
        [['a'], true, true],
        [['b'], true, false],
      ],
    ],
    [
      'a block with a label',
      'listener "tcp" {\n address = "x" }',
      [[['listener', 'tcp'], false, [[['address'], true, 'x']]]],
    ],
    ['a quoted key', '"a b" = 1', [[['a b'], true, 1]]],
    [
      'an assigned object',
      'a = { b = 1, c = 2 }',
      [
        [
          ['a'],
          true,
          [
            [['b'], true, 1],
            [['c'], true, 2],
          ],
        ],
      ],
    ],
    ['a list with a comma at its end', 'a = ["b", "c",]', [[['a'], true, ['b', 'c']]]],
    ['escapes', '"k" = "a\\n\\t\\"\\\\\\u00e4\\x41\\101\\U0001F600"', [[['k'], true, 'a\n\t"\\äAA😀']]],
    ['quotes inside of an interpolation', 'a = "${env("HOME")}"', [[['a'], true, '${env("HOME")}']]],
    [
      'a text of several lines',
      'a = <<EOF\n  b\n c\nEOF\nd = 1',
      [
        [['a'], true, '  b\n c\n'],
        [['d'], true, 1],
      ],
    ],
    ['one that is indented', 'a = <<-EOF\n    b\n     c\n  EOF\n', [[['a'], true, 'b\n c\n']]],
    ['all sorts of comments', '# a\n// b\n/* c\n d */ e = 1 # f\n', [[['e'], true, 1]]],
    ['a byte order mark', '\uFEFFa = 1', [[['a'], true, 1]]],
    ['names with dots and dashes', 'a-b.c_d = 1', [[['a-b.c_d'], true, 1]]],
    [
      'Windows line ends',
      'a = 1\r\nb = "c"\r\n',
      [
        [['a'], true, 1],
        [['b'], true, 'c'],
      ],
    ],
    ['nothing', ' \n# only a comment\n', []],
  ])('%s', (_, text, expected) => {
    expect(meaning(parseHcl([text]))).toEqual(expected);
  });

  it.each<[string, string, number, string]>([
    ['a quote that is not closed', 'a = "b\nc = 1', 4, 'a quote is never closed'],
    ['a comment that is not closed', 'a = 1 /* b', 6, 'a comment is never closed'],
    ['a block that is not closed', 'a {\n b = 1\n', 11, 'the end of the file stands where a key is expected'],
    ['a brace too many', 'a = 1\n}', 6, "'}' stands where a key is expected"],
    ['a text without quotes', 'a = b', 4, "'b' is no value: a text is written in quotes"],
    ['a colon', 'a: 1', 1, "':' means nothing here"],
    ['a label before =', 'a "b" = 1', 6, "'=' stands where '{': a block's labels come before it is expected"],
    ['no value', 'a =\nb = 1', 4, "'b' is no value: a text is written in quotes"],
    ['no comma in a list', 'a = [1 2]', 7, "a number stands where ',' or ']' is expected"],
    ['an unknown escape', 'a = "\\q"', 5, "unknown escape sequence '\\q' in a string"],
    [
      'a text of several lines that does not end',
      'a = <<EOF\nb\n',
      4,
      "there is no line 'EOF' that ends the text",
    ],
    ['a number that is none', 'a = 1x', 4, "'1' means nothing here"],
  ])('%s is refused at its place', (_, text, offset, message) => {
    let error: unknown;
    try {
      parseHcl([text]);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(HclError);
    expect(error).toMatchObject({offset, message});
  });

  it('is not brought down by what is nested without end', () => {
    expect(() => parseHcl([`a = ${'['.repeat(100_000)}`])).toThrow(HclError);
    expect(() => parseHcl(['a {'.repeat(100_000)])).toThrow(HclError);
  });
});

describe('HCL is written in one way', () => {
  it('puts a key on a line, and keeps comments', () => {
    expect(
      canonical(
        '# head\nui=true   # on\n\n\nlistener "tcp" { address="a", tls_disable=1 }\nx = [1,2,\n3]\ny={a=1}\n# tail',
      ),
    ).toBe(`# head
ui = true # on

listener "tcp" {
  address = "a"
  tls_disable = 1
}

x = [1, 2, 3]
y = {
  a = 1
}

# tail
`);
  });

  it('never shows a secret, and hands it on', () => {
    const token = new Secret('token', 's3cr3t');
    const printed = printHcl(parseHcl(['seal "transit" {\ntoken="', token, '"\n}']));
    expect(mask(printed)).toBe('seal "transit" {\n  token = "‹token›"\n}\n');
    expect(reveal(printed)).toContain('token = "s3cr3t"');
    const wrong: Text = ['token = ', token];
    expect(() => parseHcl(wrong)).toThrow("'‹token›' is no value");
  });

  const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/).filter((one) => !['true', 'false'].includes(one));
  const literal = fc.oneof(
    fc.constantFrom('true', 'false', '0', '-1', '1.5', '0x1f', '"a b"', '"\\"\\n"', '"${a("b")}"', '""'),
    fc.constantFrom('<<EOF\n a\n  b\nEOF', '<<-X\n    a\n   X'),
  );
  const comment = fc.constantFrom('', '# c\n', '// d\n', '/* e\n f */ ', '\n\n');
  const {body} = fc.letrec<{value: string; item: string; body: string}>((tie) => ({
    value: fc.oneof(
      {maxDepth: 3},
      literal,
      fc
        .array(fc.tuple(comment, tie('value')), {maxLength: 3})
        .map((all) => `[${all.map(([c, v]) => `${c}${v}\n`).join(',')}]`),
      tie('body').map((inner) => `{\n${inner}}`),
    ),
    item: fc.oneof(
      {maxDepth: 3},
      fc
        .tuple(comment, key, tie('value'), fc.constantFrom('', ' # t'))
        .map(([c, k, v, t]) => `${c}${k} = ${v}${v.startsWith('<<') ? '' : t}\n`),
      fc
        .tuple(comment, key, fc.constantFrom('', ' "l"', ' "l" m'), tie('body'))
        .map(([c, k, l, b]) => `${c}${k}${l} {\n${b}}\n`),
    ),
    body: fc.array(tie('item'), {maxLength: 4}).map((items) => items.join('')),
  }));

  it('reads what it wrote as what it had read, and writes it again the same', () => {
    fc.assert(
      fc.property(body, (text) => {
        const read = parseHcl([text]);
        const printed = reveal(printHcl(read));
        const again = parseHcl([printed]);
        expect(meaning(again)).toEqual(meaning(read));
        expect(commentsOf(again)).toEqual(commentsOf(read));
        expect(reveal(printHcl(again))).toBe(printed);
      }),
      {numRuns: 500},
    );
  });
});
