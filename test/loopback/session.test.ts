import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {lockHeldExitCode, lockScript} from '../../src/engine/lock.ts';
import {rawScript, sh} from '../../src/shell/index.ts';
import {type Completed, type Connection, connect, type Session} from '../../src/transport/index.ts';
import {killOwnSshd, type Ring, startRing, ways} from './ring.ts';

describe.each(ways)('a session whose /bin/sh is $shell, by $transport', ({shell, transport}) => {
  let ring: Ring;
  let connection: Connection;
  let session: Session;
  const signal = new AbortController().signal;
  const request = (script: string, timeoutMs = 10_000): Promise<Completed> =>
    session.request(rawScript(script), {signal, timeoutMs});
  const stdout = async (script: string): Promise<string> => (await request(script)).stdout.toString();

  beforeAll(async () => {
    ring = await startRing({shell, transport});
    connection = await connect(ring.options());
    session = await connection.session('pi');
  });

  afterAll(async () => {
    await connection?.close();
    await ring?.stop();
  });

  it('runs that shell', async () => {
    expect((await request(`cmp /proc/$$/exe ${ring.shellProgram}`)).exitCode).toBe(0);
  });

  it('gives both streams and the exit code', async () => {
    const {stdout, stderr, exitCode} = await request('echo out; echo err >&2; exit 3');
    expect([stdout.toString(), stderr.toString(), exitCode]).toEqual(['out\n', 'err\n', 3]);
  });

  it('answers a burst of requests in order, in one round trip', async () => {
    const before = connection.roundTrips;
    const answered: number[] = [];
    await Promise.all(
      Array.from({length: 1000}, async (_, index) => {
        expect(await stdout(`echo ${index}`)).toBe(`${index}\n`);
        answered.push(index);
      }),
    );
    expect(answered).toEqual(Array.from({length: 1000}, (_, index) => index));
    expect(connection.roundTrips - before).toBe(1);
  });

  it('keeps every byte of both streams', async () => {
    const octal = Array.from({length: 256}, (_, byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const {stdout, stderr} = await request(`printf '${octal}'; printf '${octal}${octal}' >&2`);
    const bytes = Buffer.from(Array.from({length: 256}, (_, byte) => byte));
    expect(stdout.equals(bytes)).toBe(true);
    expect(stderr.equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  it('quotes any text so that the host gets it as it is', async () => {
    const character = fc.integer({min: 1, max: 0xd7ff}).map((code) => String.fromCodePoint(code));
    const word = fc.string({unit: character, maxLength: 200});
    const tricky = fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*', '-', '!', 'ü', '\x1e'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(word, tricky), {minLength: 1, maxLength: 8}), async (words) => {
        const script = sh`printf '%s.' ${words}`;
        const {stdout} = await session.request(script, {signal, timeoutMs: 10_000});
        expect(stdout.toString()).toBe(words.map((text) => `${text}.`).join(''));
      }),
      {numRuns: 100},
    );
  });

  it.each([
    ['a syntax error', 'if then fi ) (', 'nonzero'],
    ['an unterminated quote', "echo 'oops", 'nonzero'],
    ['an unterminated here-document', 'cat <<END\nhello', 'any'],
    ['exit', 'exit 7', 7],
    ['a failing dot', '. /nonexistent/file', 'nonzero'],
    ['a failing set', 'set -o nosuchoption', 'nonzero'],
    ['set -eu', 'set -eu; echo $undefined_variable', 'nonzero'],
    ['exec', 'exec true', 0],
    ['killing itself', 'kill -KILL $(read -r p x </proc/self/stat; echo $p)', 'any'],
    ['closing the streams', 'exec >&- 2>&-', 0],
    ['redefining our function', '__v() { :; }; unset __m; exec 3>&1', 0],
    ['reading standard input', 'cat', 0],
    ['a leading dash', '-x', 127],
    ['nothing', '', 0],
    ['a comment', '# only', 0],
  ] as const)('survives %s', async (_, script, expected) => {
    const [first, second] = await Promise.all([request(script), request('echo still here')]);
    if (expected === 'nonzero') expect(first.exitCode).not.toBe(0);
    else if (expected !== 'any') expect(first.exitCode).toBe(expected);
    expect(second.stdout.toString()).toBe('still here\n');
  });

  it('keeps what a background process writes between requests out of the answers', async () => {
    const root = await connection.session('root');
    await request('rm -f "$HOME/said"; (sleep 0.05; echo late; echo late >&2; : >"$HOME/said") &');
    const said = sh`while ! [ -e ${`${ring.directory}/home-pi/said`} ]; do sleep 0.01; done`;
    await root.request(said, {signal, timeoutMs: 20_000});
    const {stdout: answer, stderr} = await request('echo clean');
    expect(stderr.toString()).toBe('');
    expect(answer.toString()).toBe('clean\n');
  });

  it('takes a script of a mebibyte and answers with a mebibyte', async () => {
    const text = 'x'.repeat(1024 * 1024);
    const {stdout, stderr} = await request(`t='${text}'; echo "$t"; echo "$t" >&2`);
    expect(stdout.toString()).toBe(`${text}\n`);
    expect(stderr.toString()).toBe(`${text}\n`);
  });

  it('ends who writes without end, and goes on', async () => {
    const flood = session.request(rawScript('yes & yes >&2 & wait'), {
      signal,
      timeoutMs: 30_000,
      mostOutputBytes: 1024 * 1024,
    });
    await expect(flood).rejects.toMatchObject({failure: 'output'});
    expect(await stdout('echo "$(ps -eo args | grep -c "^yes$")"')).toBe('0\n');
  });

  it('starts in the home, with umask 022, the C locale and the system directories in PATH', async () => {
    expect(await stdout('pwd; echo $LC_ALL; case $PATH in */usr/sbin:*) echo sbin ;; esac')).toBe(
      `${ring.directory}/home-pi\nC\nsbin\n`,
    );
    expect(Number.parseInt(await stdout('umask'), 8)).toBe(0o022);
  });

  it('runs as root by sudo', async () => {
    const root = await connection.session('root');
    const {stdout} = await root.request(rawScript('id -u'), {signal, timeoutMs: 10_000});
    expect(stdout.toString()).toBe('0\n');
  });

  it('says that the last who wrote a name to the lock has ended, when who holds it may not write', async () => {
    const first = await connect(ring.options());
    const one = await first.session('root');
    expect((await one.request(lockScript('root', 'one'), {signal, timeoutMs: 10_000})).exitCode).toBe(0);
    await first.close();
    const second = await connect(ring.options());
    const pi = await second.session('pi');
    const take = async (): Promise<number> =>
      (await pi.request(lockScript('pi', 'two'), {signal, timeoutMs: 10_000})).exitCode;
    await expect.poll(take).toBe(0);
    const root = await connection.session('root');
    const held = await root.request(lockScript('root', 'three'), {signal, timeoutMs: 10_000});
    expect(held.exitCode).toBe(lockHeldExitCode);
    expect(held.stderr.toString()).toMatch(/^one, as root, since .* \(that session has ended: .*\)\n$/);
    await second.close();
  });

  it('says that a run is gone whose command still holds the lock', async () => {
    const first = await connect(ring.options());
    const one = await first.session('root');
    const request = {signal, timeoutMs: 20_000};
    expect((await one.request(lockScript('root', 'one'), request)).exitCode).toBe(0);
    const third = await connect(ring.options());
    const root = await third.session('root');
    const held = async (): Promise<string> =>
      (await root.request(lockScript('root', 'two'), request)).stderr.toString();
    expect(await held()).toMatch(/^one, as root, since [^(]*\n$/);
    // As by a run that is killed: nobody ends what it began.
    await expect(one.request(killOwnSshd, request)).rejects.toThrow();
    await expect
      .poll(held)
      .toMatch(/^one, .* \(that run is gone, and what it began here still runs, below process \d+\)\n$/);
    await expect.poll(held).toBe('');
    await third.close();
  });

  it("keeps the host's lock from one request to the next, and frees it with the connection", async () => {
    const take = lockScript('root', 'one');
    const first = await connect(ring.options());
    const holder = await first.session('root');
    expect((await holder.request(take, {signal, timeoutMs: 10_000})).exitCode).toBe(0);
    expect((await holder.request(take, {signal, timeoutMs: 10_000})).exitCode).toBe(0);
    const root = await connection.session('root');
    const held = await root.request(take, {signal, timeoutMs: 10_000});
    expect([held.exitCode, held.stderr.toString()]).toEqual([
      lockHeldExitCode,
      expect.stringContaining('one, as root, since'),
    ]);
    await first.close();
    const free = async (): Promise<number> =>
      (await root.request(take, {signal, timeoutMs: 10_000})).exitCode;
    await expect.poll(free).toBe(0);
  });
});
