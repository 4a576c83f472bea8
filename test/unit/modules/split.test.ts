import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {splitCommand} from '../../../src/modules/command/split.ts';
import {quote} from '../../../src/shell/index.ts';
import {mask, reveal, Secret, toText} from '../../../src/text/index.ts';

function words(text: string): readonly string[] | string {
  const found = splitCommand(toText(text));
  return 'problem' in found ? found.problem : found.map(reveal);
}

describe('splitting a command', () => {
  it.each([
    ['ls -l  /tmp\n', ['ls', '-l', '/tmp']],
    [`echo 'a b' "c d" e\\ f`, ['echo', 'a b', 'c d', 'e f']],
    [`echo "a'b" 'c"d' "e\\"f" "g\\h" ''`, ['echo', "a'b", 'c"d', 'e"f', 'g\\h', '']],
    [`a"b"'c'd`, ['abcd']],
    ['a \\\n b', ['a', 'b']],
    ['echo $HOME *', ['echo', '$HOME', '*']],
    [`grep '|' "a > b" \\;`, ['grep', '|', 'a > b', ';']],
  ])('%j', (text, expected) => expect(words(text)).toEqual(expected));

  it.each([
    ['', 'is empty'],
    ['  ', 'is empty'],
    ["echo 'a", 'has a quote that does not end'],
    ['echo "a', 'has a quote that does not end'],
    ['echo a\\', 'ends with a backslash'],
    ['a | b', "has '|', which only a shell understands"],
    ['a && b', "has '&&', which only a shell understands"],
    ['a >/dev/null', "has '>/dev/null', which only a shell understands"],
    ['a 2>&1', "has '2>&1', which only a shell understands"],
  ])('%j is refused', (text, problem) => expect(words(text)).toBe(problem));

  it('undoes quoting, for any words', () => {
    fc.assert(
      fc.property(fc.array(fc.string({unit: 'grapheme'}), {minLength: 1}), (list) => {
        const harmless = list.map((word) => word.replaceAll('\0', ''));
        // As `quote` leaves no operator unquoted, none is seen.
        expect(words(harmless.map(quote).join(' '))).toEqual(harmless);
      }),
    );
  });

  it('agrees with sh on any text that sh does not expand', () => {
    const unit = fc.constantFrom('a', ' ', "'", '"', '\\', '\\\n', 'é');
    // A newline separates words here, as in a folded YAML text, and commands in a shell.
    const text = fc.string({unit, maxLength: 12}).filter((sample) => !/(?<!\\)(\\\\)*\n/.test(sample));
    fc.assert(
      fc.property(text, (sample) => {
        const mine = words(sample);
        if (typeof mine === 'string') return;
        const shells = execFileSync('sh', ['-c', `printf '<%s>' ${sample}`], {encoding: 'utf8'});
        expect(mine.map((word) => `<${word}>`).join('')).toBe(shells);
      }),
      {numRuns: 150},
    );
  });

  it('keeps a secret marked and in one word, whatever it holds', () => {
    const found = splitCommand(['login -p ', new Secret('password', `a b'c | d`), '-x y']);
    if ('problem' in found) throw new Error(found.problem);
    expect(found.map(mask)).toEqual(['login', '-p', '‹password›-x', 'y']);
    expect(reveal(found[2] ?? [])).toBe(`a b'c | d-x`);
  });
});
