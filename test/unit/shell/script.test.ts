import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {joinScripts, quote, quoteText, rawScript, sh} from '../../../src/shell/index.ts';
import {mask, reveal, Secret, toText} from '../../../src/text/index.ts';

describe('quote', () => {
  it.each([
    ['', "''"],
    ['plain', 'plain'],
    ['/etc/vault.d/vault.hcl', '/etc/vault.d/vault.hcl'],
    ['a b', "'a b'"],
    ["it's", `'it'\\''s'`],
    ['~', "'~'"],
    ['a=~root', "'a=~root'"],
    ['a=b', "'a=b'"],
    ['{a,b}', "'{a,b}'"],
    ['#no', "'#no'"],
    ['ü', "'ü'"],
  ])('%s becomes %s', (value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  it('refuses what no word can hold', () => {
    expect(() => quote('a\0b')).toThrow(VprovError);
    expect(() => quoteText([new Secret('s', 'a\0b')])).toThrow(VprovError);
  });

  it('makes one word of any text, as /bin/sh reads it', () => {
    const text = fc.string({
      unit: fc.integer({min: 1, max: 0xd7ff}).map((code) => String.fromCodePoint(code)),
    });
    const words = fc.sample(
      fc.oneof(text, fc.string({unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '*')})),
      300,
    );
    const script = reveal(sh`printf '%s\0' ${words}`.text);
    const read = execFileSync('/bin/sh', ['-c', script], {maxBuffer: 1 << 24}).toString();
    expect(read.split('\0').slice(0, -1)).toEqual(words);
  });
});

describe('sh', () => {
  const text = (script: {text: Parameters<typeof reveal>[0]}): string => reveal(script.text);

  it('quotes each value as one word, and lists as several', () => {
    expect(text(sh`chown ${'a b'} ${['x', 'y z', 3]} ${7}`)).toBe("chown 'a b' x 'y z' 3 7");
  });

  it('puts scripts in as they are', () => {
    expect(text(sh`if ${sh`[ -e ${'a b'} ]`}; then ${rawScript('x | y')}; fi`)).toBe(
      "if [ -e 'a b' ]; then x | y; fi",
    );
  });

  it("leaves backslashes to the shell, and writes the shell's own ${", () => {
    const written = text(sh`printf '\n\\'; echo "\${x%%\*}" \$y`);
    expect(written).toBe(String.raw`printf '\n\\'; echo "$` + String.raw`{x%%\*}" \$y`);
  });

  it('puts an empty list in as nothing and an empty text as an empty word', () => {
    expect(text(sh`a ${[]} b ${''} c`)).toBe("a  b '' c");
  });

  it('keeps secrets marked, quoted and all', () => {
    const script = sh`login ${new Secret('token', "it's")} ${'plain'}`;
    expect(mask(script.text)).toBe("login '‹token›' plain");
    expect(reveal(script.text)).toBe("login 'it'\\''s' plain");
    expect(mask(joinScripts([script, sh`done`]).text)).toBe("login '‹token›' plain\ndone");
    expect(mask(quoteText([...toText('a '), new Secret('s', 'x')]))).toBe("'a ‹s›'");
  });
});
