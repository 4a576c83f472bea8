import {createHash} from 'node:crypto';
import {buffer} from 'node:stream/consumers';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';
import {describe, expect, it} from 'vitest';
import {verifySnapshot} from '../../../src/vault/snapshot/verify.ts';

const state = Buffer.from('entries'.repeat(2_000));
const meta = Buffer.from(
  JSON.stringify({
    Index: 4711,
    Term: 3,
    Size: state.length,
    Configuration: {Servers: [{ID: 'sense'}, {ID: 'wallpi'}]},
  }),
);

function sumOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const sums = Buffer.from(`${sumOf(state)}  state.bin\n${sumOf(meta)}  meta.json\n`);
const whole: readonly (readonly [string, Buffer])[] = [
  ['meta.json', meta],
  ['state.bin', state],
  ['SHA256SUMS', sums],
  ['SHA256SUMS.sealed', Buffer.from('sealed')],
];

async function archive(files: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const packed = pack();
  for (const [name, bytes] of files) packed.entry({name}, bytes);
  packed.finalize();
  return gzipSync(await buffer(packed), {level: 0});
}

function replacing(name: string, bytes: Buffer): readonly (readonly [string, Buffer])[] {
  return whole.map(([one, old]) => [one, one === name ? bytes : old] as const);
}

describe('a snapshot', () => {
  it('that is whole says what is in it', async () => {
    expect(await verifySnapshot(await archive(whole))).toEqual({
      index: 4711,
      term: 3,
      peers: ['sense', 'wallpi'],
      sizeBytes: state.length,
    });
  });

  it('that was cut off anywhere is not whole', async () => {
    const bytes = await archive(whole);
    for (let length = 0; length < bytes.length; length += 97) {
      const problem = await verifySnapshot(bytes.subarray(0, length));
      expect(problem, `${length} bytes`).toHaveProperty('problem');
    }
    expect(await verifySnapshot(bytes.subarray(0, -1))).toHaveProperty('problem');
  });

  it.each([
    ['a file is missing', whole.slice(0, 3), 'it has no SHA256SUMS.sealed'],
    ['the sealed sums are empty', replacing('SHA256SUMS.sealed', Buffer.alloc(0)), 'sealed sums are empty'],
    ['the sealed sums are not the last', [...whole.slice(3), ...whole.slice(0, 3)], 'its files are'],
    ['something else is in it', [['more', meta], ...whole] as const, 'its files are'],
    [
      'its state is another',
      replacing('state.bin', Buffer.from('other')),
      'state.bin is not what its sum says',
    ],
    [
      'its description is another',
      replacing('meta.json', Buffer.from('{}')),
      'meta.json is not what its sum says',
    ],
  ] as const)('in which %s is refused', async (_what, files, words) => {
    expect(await verifySnapshot(await archive(files))).toEqual({problem: expect.stringContaining(words)});
  });

  it('whose state is shorter than it says is refused', async () => {
    const short = Buffer.from(JSON.stringify({Index: 1, Term: 1, Size: state.length + 1}));
    const files = replacing('meta.json', short).map(([name, bytes]) =>
      name === 'SHA256SUMS'
        ? ([name, Buffer.from(`${sumOf(state)}  state.bin\n${sumOf(short)}  meta.json\n`)] as const)
        : ([name, bytes] as const),
    );
    expect(await verifySnapshot(await archive(files))).toEqual({
      problem: `the snapshot is not whole: its state has ${state.length} bytes of ${state.length + 1}`,
    });
  });
});
