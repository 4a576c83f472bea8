import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {lineSplitter} from '../../../src/engine/reach/lines.ts';

function linesOf(chunks: readonly Buffer[], mayCut?: (text: string, at: number) => boolean): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line), mayCut);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('lines of a stream', () => {
  it('are told as soon as they are whole, and the last needs no end', () => {
    const lines: string[] = [];
    const splitter = lineSplitter((line) => lines.push(line));
    for (const byte of Buffer.from('grün\r\n\nlast ü')) splitter.push(Buffer.from([byte]));
    expect(lines).toEqual(['grün', '']);
    splitter.end();
    expect(lines).toEqual(['grün', '', 'last ü']);
  });

  it('are the same however their bytes fall', () => {
    const text = fc.array(fc.constantFrom('a', 'ü', '\n', '\r', '\r\n', ' ')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.integer({min: 1, max: 5}), {minLength: 1}), (all, sizes) => {
        const bytes = Buffer.from(all);
        const chunks: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const whole = all.split(/\r\n|\n|\r/);
        if (whole.at(-1) === '') whole.pop();
        expect(linesOf(chunks)).toEqual(whole);
      }),
    );
  });

  it('are told while they grow when only a carriage return ends them, as progress is written', () => {
    expect(linesOf([Buffer.from('10 %\r20 %\r')])).toEqual(['10 %', '20 %']);
  });

  it('without an end come in parts, in time that grows with their length only', () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const lines = linesOf(Array.from({length: 1600}, () => chunk));
    expect(lines.join('').length).toBe(1600 * chunk.length);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.reduce((most, line) => Math.max(most, line.length), 0)).toBeLessThan(2 * 1024 * 1024);
  });

  it('are never cut where that is not allowed', () => {
    const secret = 'hunter2';
    const mask = (text: string): string => text.replaceAll(secret, '********');
    const mayCut = (text: string, at: number): boolean =>
      mask(text.slice(0, at)) + mask(text.slice(at)) === mask(text);
    const bytes = Buffer.from(secret.repeat(400_000));
    const chunks = Array.from({length: Math.ceil(bytes.length / 65_536)}, (_, index) =>
      bytes.subarray(index * 65_536, (index + 1) * 65_536),
    );
    expect(mask(linesOf(chunks, mayCut).join(''))).toBe(mask(secret.repeat(400_000)));
    expect(linesOf(chunks, mayCut).map(mask).join('').replaceAll('*', '')).toBe('');
  });
});
