import {array, assert, integer, property, string} from 'fast-check';
import {describe, expect, it} from 'vitest';
import {displayWidth, fill, truncate, visible, wrap} from '../../../src/report/width.ts';

describe('width', () => {
  it('counts what a terminal shows: wide characters two columns, combining ones none', () => {
    expect(displayWidth('名前')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('→ ‹x›')).toBe(5);
  });

  it('truncates to at most the columns given', () => {
    assert(
      property(string({unit: 'grapheme'}), integer({min: 1, max: 100}), (text, columns) => {
        expect(displayWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('wraps without losing or changing a word', () => {
    assert(
      property(string(), integer({min: 5, max: 60}), (text, columns) => {
        expect(wrap(text, columns).join(' ')).toBe(text);
      }),
    );
  });

  it('keeps lines lines, and what goes on as far in as its line', () => {
    expect(fill('one two three\n  - four five\nsix', 10, '  ')).toEqual([
      'one two',
      '  three',
      '    - four',
      '    five',
      '  six',
    ]);
  });

  it('lets no control character through but tab and line end', () => {
    assert(
      property(array(integer({min: 0, max: 0x2100})), (codes) => {
        const text = String.fromCharCode(...codes);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
        expect(visible(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});
