import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Connection, connect, type UploadSource} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {type Ring, startRing, transports} from './ring.ts';

const never = new AbortController().signal;
const chunk = Buffer.alloc(64 * 1024);

/** Stops the program that takes an upload, as a disk that hangs would: `cat`, and nothing else of that name runs. */
const freezeReceiver = rawScript(`for d in /proc/[0-9]*; do
read -r name <$d/comm && [ "$name" = cat ] && kill -STOP "\${d#/proc/}" && frozen=1; done 2>/dev/null; echo $frozen`);

const countReceivers = rawScript(`n=0; for d in /proc/[0-9]*; do
read -r name <$d/comm && [ "$name" = cat ] && n=$((n + 1)); done 2>/dev/null; echo $n`);

describe.each(transports)('an upload whose bytes the host takes no more, by %s', (transport) => {
  let ring: Ring;
  let connection: Connection;
  let path: string;

  beforeAll(async () => {
    ring = await startRing({shell: 'dash', transport});
    connection = await connect(ring.options());
    path = join(ring.directory, 'home-pi', 'stalled');
  });

  afterAll(async () => {
    await connection?.close();
    await ring?.stop();
  });

  const ask = async (script: typeof freezeReceiver): Promise<string> => {
    const session = await connection.session('root');
    const answer = await session.request(script, {signal: never, timeoutMs: 10_000});
    expect(answer.exitCode).toBe(0);
    return answer.stdout.toString().trim();
  };

  /** `count` chunks, the first of which the host takes before its receiver is stopped. */
  const frozenAfterFirst = (count: number): UploadSource => {
    const hash = createHash('sha256');
    for (let index = 0; index < count; index++) hash.update(chunk);
    const open = (): Readable =>
      Readable.from(
        (async function* () {
          yield chunk;
          // It may not run yet.
          await expect.poll(() => ask(freezeReceiver)).toBe('1');
          for (let index = 1; index < count; index++) yield chunk;
        })(),
      );
    return {sizeBytes: count * chunk.length, sha256: hash.digest('hex'), open};
  };

  const expectNothingLeft = async (): Promise<void> => {
    expect(existsSync(path)).toBe(false);
    expect(await ask(countReceivers)).toBe('0');
    const small = {sizeBytes: 0, sha256: createHash('sha256').digest('hex'), open: () => Readable.from([])};
    await connection.upload('pi', `${path}-next-${Math.random()}`, small, {
      signal: never,
      timeoutMs: 10_000,
    });
  };

  it.each([
    ['while there are more to send', 2000, 'took no byte for 0.5 s'],
    ['when the last one has been sent', 2, 'did not come to its end'],
  ])('ends %s, says so, and leaves nothing', async (_, count, words) => {
    const options = {signal: never, timeoutMs: 100_000, stallMs: 500};
    const error = await failureOf(connection.upload('pi', path, frozenAfterFirst(count), options));
    expect(error.failure).toBe('timeout');
    expect(error.message).toContain(`ring-dash`);
    expect(error.message).toContain(path);
    expect(error.message).toContain(words);
    expect(error.hint).toContain('disk');
    await expectNothingLeft();
  });

  it('ends when it is aborted, and leaves nothing', async () => {
    const aborting = new AbortController();
    const options = {signal: aborting.signal, timeoutMs: 100_000};
    const running = failureOf(connection.upload('root', path, frozenAfterFirst(2000), options));
    await expect.poll(() => ask(countReceivers)).toBe('1');
    aborting.abort();
    expect(await running).toMatchObject({failure: 'aborted'});
    await expectNothingLeft();
  });
});
