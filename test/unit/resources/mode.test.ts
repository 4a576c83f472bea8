import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {isMode, resolveMode} from '../../../src/resources/index.ts';

describe('resolveMode', () => {
  it.each([
    ['0644', '0600', false, '0644'],
    ['644', '0600', false, '0644'],
    ['0o640', '0600', false, '0640'],
    ['02755', '0700', true, '2755'],
    ['u=rw,g=r,o=', '0777', false, '0640'],
    ['u+x', '0644', false, '0744'],
    ['+x', '0644', false, '0755'],
    ['a-w', '0666', false, '0444'],
    ['go=', '0755', false, '0700'],
    ['g=u', '0640', false, '0660'],
    ['u=rwX,go=rX', '0600', true, '0755'],
    ['u=rwX,go=rX', '0600', false, '0644'],
    ['u+rwX', '0010', false, '0710'],
    ['u+s', '0755', false, '4755'],
    ['u=rwx', '4755', false, '0755'],
    ['g=rwx', '2755', true, '2775'],
    ['+t', '0777', true, '1777'],
    ['u+r-w', '0200', false, '0400'],
  ])('%s over %s (directory: %s) is %s', (mode, existing, isDirectory, expected) => {
    expect(resolveMode(mode, existing, isDirectory)).toBe(expected);
  });

  it.each(['', '888', '64', 'u~r', 'rw', 'u=q', '0644 ', 'u=r,'])('%j is no mode', (text) => {
    expect(isMode(text)).toBe(false);
    expect(() => resolveMode(text, '0644', false)).toThrow(RangeError);
  });

  it('changes nothing the second time', () => {
    const clause = fc
      .tuple(
        fc.constantFrom('', 'u', 'g', 'o', 'a', 'ug'),
        fc.constantFrom('+', '-', '='),
        fc.subarray(['r', 'w', 'x', 'X', 's', 't']),
      )
      .map(([who, operator, letters]) => `${who}${operator}${letters.join('')}`);
    const mode = fc.integer({min: 0, max: 0o7777}).map((bits) => bits.toString(8).padStart(4, '0'));
    fc.assert(
      fc.property(clause, mode, fc.boolean(), (text, existing, isDirectory) => {
        const once = resolveMode(text, existing, isDirectory);
        // X looks at what is there, so it may find more the second time.
        fc.pre(!text.includes('X'));
        expect(resolveMode(text, once, isDirectory)).toBe(once);
      }),
    );
  });
});
