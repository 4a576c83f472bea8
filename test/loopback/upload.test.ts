import {createHash, randomBytes} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Connection, connect, type UploadSource} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {type Ring, startRing, ways, without} from './ring.ts';

const chunkBytes = 64 * 1024;

function chunksOf(bytes: Buffer): readonly Buffer[] {
  return Array.from({length: Math.ceil(bytes.length / chunkBytes)}, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
}

function sourceOf(bytes: Buffer): UploadSource {
  return {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from(chunksOf(bytes)),
  };
}

describe.each(ways)('an upload to a host whose /bin/sh is $shell, by $transport', ({shell, transport}) => {
  let ring: Ring;
  let connection: Connection;
  let directory: string;
  const options = {signal: new AbortController().signal, timeoutMs: 20_000};

  beforeAll(async () => {
    ring = await startRing({shell, transport});
    connection = await connect(ring.options());
    directory = join(ring.directory, 'home-pi');
  });

  afterAll(async () => {
    await connection?.close();
    await ring?.stop();
  });

  it('brings mebibytes byte by byte, readable by its owner alone, and says how far it is', async () => {
    const bytes = randomBytes((shell === 'dash' ? 64 : 8) * 1024 * 1024);
    const path = join(directory, "it's big; rm -rf $HOME");
    const progress: number[] = [];
    await connection.upload('pi', path, sourceOf(bytes), {
      ...options,
      onProgress: (sent) => progress.push(sent),
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect([statSync(path).mode & 0o777, statSync(path).uid]).toEqual([0o600, 20_001]);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('brings an empty file, as another user', async () => {
    const path = join(directory, 'empty');
    await connection.upload('root', path, sourceOf(Buffer.alloc(0)), options);
    expect([statSync(path).size, statSync(path).uid]).toEqual([0, 0]);
  });

  it('runs several at once, one after the other', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name) =>
        connection.upload('pi', join(directory, name), sourceOf(Buffer.from(name)), options),
      ),
    );
    expect(names.map((name) => readFileSync(join(directory, name), 'utf8'))).toEqual(names);
  });

  it('never writes to what is there already', async () => {
    const path = join(directory, 'there');
    await connection.upload('pi', path, sourceOf(Buffer.from('first')), options);
    const error = await failureOf(connection.upload('pi', path, sourceOf(Buffer.from('second')), options));
    expect(error).toMatchObject({failure: 'upload'});
    expect(readFileSync(path, 'utf8')).toBe('first');
  });

  it('says why it cannot write', async () => {
    const missing = await failureOf(
      connection.upload('pi', join(directory, 'no/file'), sourceOf(Buffer.from('x')), options),
    );
    expect(missing.message).toMatch(/no\/file on ring-.*(No such file|nonexistent|not found)/i);
    const denied = await failureOf(connection.upload('pi', '/etc/nope', sourceOf(Buffer.from('x')), options));
    expect(denied.message).toMatch(/denied/i);
  });

  it.each([
    ['more bytes', Buffer.from('hello more'), 'did not get the 5 bytes'],
    ['fewer bytes', Buffer.from('hell'), 'did not get the 5 bytes'],
    ['other bytes', Buffer.from('hallo'), 'got other bytes'],
  ])('removes a file that got %s than promised', async (_, sent, words) => {
    const path = join(directory, 'wrong');
    const source = {...sourceOf(Buffer.from('hello')), open: () => Readable.from([sent])};
    const error = await failureOf(connection.upload('pi', path, source, options));
    expect(error.failure).toBe('upload');
    expect(error.message).toContain(words);
    expect(existsSync(path)).toBe(false);
  });

  it('removes the file when the source breaks off, and says why it did', async () => {
    const path = join(directory, 'broken');
    const open = (): Readable =>
      Readable.from(
        (function* () {
          yield Buffer.alloc(chunkBytes);
          throw new Error('the cable was cut');
        })(),
      );
    const source = {...sourceOf(Buffer.alloc(2 * chunkBytes)), open};
    const error = await failureOf(connection.upload('pi', path, source, options));
    expect(error.message).toContain('the cable was cut');
    expect(existsSync(path)).toBe(false);
  });

  it.each(['pi', 'root'])('leaves nothing of an upload by %s that is aborted', async (user) => {
    const path = join(directory, 'aborted');
    const aborting = new AbortController();
    const error = await failureOf(
      connection.upload(user, path, sourceOf(Buffer.alloc(64 * 1024 * 1024)), {
        timeoutMs: 20_000,
        signal: aborting.signal,
        onProgress: (sent) => {
          if (sent > 8 * 1024 * 1024) aborting.abort();
        },
      }),
    );
    expect(error.failure).toBe('aborted');
    expect(existsSync(path)).toBe(false);
  });

  it('leaves nothing of an upload that takes too long', async () => {
    // A source that never comes to its end.
    const source = {...sourceOf(Buffer.alloc(10)), open: () => new Readable({read: () => undefined})};
    // The shorter time is over before the host has opened a channel.
    for (const timeoutMs of [1, 300]) {
      const path = join(directory, `slow-${timeoutMs}`);
      const error = await failureOf(connection.upload('pi', path, source, {...options, timeoutMs}));
      expect(error.failure).toBe('timeout');
      await expect.poll(() => existsSync(path)).toBe(false);
    }
  });

  it('leaves nothing when the connection ends in the middle', async () => {
    const doomed = await connect(ring.options());
    const path = join(directory, 'lost');
    const error = await failureOf(
      doomed.upload('pi', path, sourceOf(Buffer.alloc(64 * 1024 * 1024)), {
        ...options,
        onProgress: (sent) => {
          if (sent > 8 * 1024 * 1024) void doomed.close();
        },
      }),
    );
    expect(error.failure).toBe('lost');
    await expect.poll(() => readdirSync(directory)).not.toContain('lost');
  });
});

it('is checked on a host that has no openssl', async () => {
  const ring = await startRing({shell: 'dash', setUp: [without('openssl')]});
  try {
    const connection = await connect(ring.options());
    const upload = (name: string, source: UploadSource): Promise<void> =>
      connection.upload('pi', join(ring.directory, 'home-pi', name), source, {
        signal: new AbortController().signal,
        timeoutMs: 20_000,
      });
    const right = sourceOf(Buffer.from('bytes'));
    await upload('right', right);
    const error = await failureOf(upload('wrong', {...right, sha256: sourceOf(Buffer.from('other')).sha256}));
    expect(error.message).toContain('got other bytes');
    await connection.close();
  } finally {
    await ring.stop();
  }
});
