import fc from 'fast-check';
import {expect, it} from 'vitest';
import {type Mark, MarkReader, markPrefix} from '../../../src/transport/marks.ts';

const nonce = '0123456789abcdef';

/** What a reader says of these bytes, cut into chunks of these sizes. */
function read(bytes: Buffer, sizes: readonly number[]): {marks: readonly Mark[]; rest: Buffer} {
  const marks: Mark[] = [];
  const reader = new MarkReader(nonce, (mark) => marks.push(mark));
  let at = 0;
  for (const size of sizes) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.push(bytes.subarray(at));
  return {marks, rest: reader.rest()};
}

it('gives the bytes between marks exactly, however the chunks fall', () => {
  // Bytes that look like the beginning of a mark are the hard ones.
  const nearly = fc
    .nat(markPrefix(nonce).length - 1)
    .map((length) => Buffer.from(markPrefix(nonce).slice(0, length)));
  const piece = fc.oneof(
    fc.uint8Array({maxLength: 20}).map((bytes) => Buffer.from(bytes)),
    nearly,
  );
  // A beginning and the byte that it lacks are a mark, which no output contains by chance.
  const bytes = fc
    .array(piece, {maxLength: 5})
    .map((pieces) => Buffer.concat(pieces))
    .filter((pieces) => !pieces.includes(markPrefix(nonce)));
  fc.assert(
    fc.property(fc.array(bytes), bytes, fc.array(fc.integer({min: 1, max: 30})), (between, rest, sizes) => {
      const parts = between.flatMap((part, index) => [
        part,
        Buffer.from(`${markPrefix(nonce)}end ${index} 0\n`),
      ]);
      const found = read(Buffer.concat([...parts, rest]), sizes);
      expect(found.marks.map((mark) => mark.words)).toEqual(
        between.map((_, index) => ['end', String(index), '0']),
      );
      expect(found.marks.map((mark) => mark.bytes.toString('hex'))).toEqual(
        between.map((part) => part.toString('hex')),
      );
      expect(found.rest.equals(rest)).toBe(true);
    }),
  );
});

it('is not misled by the mark of another session', () => {
  const other = Buffer.from(`${markPrefix('fedcba9876543210')}end 1 0\n`);
  expect(read(other, [])).toEqual({marks: [], rest: other});
});

it('looks at each byte once: 64 MiB without a mark in chunks are no work', () => {
  const chunk = Buffer.alloc(32 * 1024, '\x1e');
  const reader = new MarkReader(nonce, () => undefined);
  const startedUsage = process.cpuUsage();
  for (let index = 0; index < 2048; index++) reader.push(chunk);
  expect(process.cpuUsage(startedUsage).user).toBeLessThan(2000_000);
});
