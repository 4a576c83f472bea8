import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {errorsPage} from '../../../scripts/errors-page.ts';
import {codeTables} from '../../../src/cli/code-tables.ts';

describe('docs/errors.md', () => {
  it('is what `npm run docs` makes of the tables', () => {
    expect(readFileSync('docs/errors.md', 'utf8'), 'run npm run docs').toBe(errorsPage());
  });
});

describe('the tables of codes', () => {
  const codes = codeTables.flatMap(([, table]) => Object.keys(table));

  it('have no code twice', () => {
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('number their codes from 1, each under the letters of its room', () => {
    for (const [about, table] of codeTables) {
      const own = Object.keys(table);
      const letters = own[0]?.slice(0, 3) ?? '';
      const numbers = own.map((_code, index) => `${letters}${String(index + 1).padStart(3, '0')}`);
      expect([about, own.sort()]).toEqual([about, numbers]);
    }
  });

  it('explain in whole sentences', () => {
    const entries = codeTables.flatMap(([, table]) => Object.entries(table));
    expect(entries.filter(([, {title}]) => /\.$|^$/.test(title))).toEqual([]);
    expect(entries.filter(([, {explanation}]) => !/\.$/.test(explanation))).toEqual([]);
  });
});
