import {execFileSync} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {readFileSync, watch, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {afterEach, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Connection, connect, type UploadSource} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {killOwnSshd, type Ring, startRing, transports} from './ring.ts';

const signal = new AbortController().signal;
const options = {signal, timeoutMs: 10_000};

let ring: Ring | undefined;
let connection: Connection | undefined;

afterEach(async () => {
  await connection?.close();
  await ring?.stop();
  [connection, ring] = [undefined, undefined];
});

async function whoRuns(user: string): Promise<string> {
  const session = await connection?.session(user);
  return (await session?.request(rawScript('id -un'), options))?.stdout.toString() ?? '';
}

function sourceOf(bytes: Buffer): UploadSource {
  return {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from([bytes]),
  };
}

describe.each(transports.flatMap((transport) => [1, 2, 3].map((most) => ({transport, most}))))(
  'a host with MaxSessions $most, by $transport',
  ({transport, most}) => {
    it('serves three users, uploads, kills and relays at once', async () => {
      ring = await startRing({
        shell: 'dash',
        transport,
        sshdConfig: [`MaxSessions ${most}`, 'MaxStartups 1', 'AllowTcpForwarding no'],
      });
      const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const made = await connect(ring.options());
      connection = made;
      const home = join(ring.directory, 'home-pi');
      const bytes = randomBytes(1_000_000);
      const users = ['root', 'pi', 'service'];
      const lockHolder = await (await made.session('root')).request(
        rawScript('echo $VPROV_LOCK; flock -n 9'),
        options,
      );
      expect(lockHolder.exitCode).toBe(0);
      for (let round = 0; round < 3; round++) {
        const uploads = users
          .filter((user) => user !== 'service')
          .map((user) => made.upload(user, join(home, `${user}-${round}`), sourceOf(bytes), options));
        const answers = await Promise.all(users.map(whoRuns));
        expect(answers).toEqual(users.map((user) => `${user}\n`));
        await Promise.all(uploads);
        expect(readFileSync(join(home, `root-${round}`)).equals(bytes)).toBe(true);
        const session = await made.session('service');
        const slow = failureOf(session.request(rawScript('sleep 1000'), {signal, timeoutMs: 50}));
        const stream = await made.forward('127.0.0.1', (server.address() as AddressInfo).port, signal);
        expect(String((await once(stream, 'data'))[0])).toBe('hello');
        stream.destroy();
        expect((await slow).failure).toBe('timeout');
      }
      // No session was given up for another: what its shell holds, it holds for good.
      const held = rawScript('flock -n "$VPROV_LOCK" true || echo held');
      expect((await (await made.session('pi')).request(held, options)).stdout.toString()).toBe('held\n');
      server.close();
    });
  },
);

describe.each(transports)('a host that gives no further channel, by %s', (transport) => {
  it('is told with MaxSessions, and why there is no other connection', async () => {
    ring = await startRing({shell: 'dash', transport, sshdConfig: ['MaxSessions 1']});
    connection = await connect(ring.options());
    await connection.session('pi');
    writeFileSync(join(ring.directory, 'authorized_keys'), '');
    const error = await failureOf(connection.session('root'));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toMatch(
      /^ring-dash gives no further channel, nor another connection: .*does not let pi in/,
    );
    expect(error.hint).toContain('MaxSessions');
    expect(await whoRuns('pi')).toBe('pi\n');
  });

  it('is told with MaxSessions when there is none at all', async () => {
    ring = await startRing({shell: 'dash', transport, sshdConfig: ['MaxSessions 0']});
    connection = await connect(ring.options());
    const error = await failureOf(connection.session('pi'));
    expect(error).toMatchObject({failure: 'unreachable', message: 'ring-dash gives no further channel'});
    expect(error.hint).toContain('MaxSessions');
  });
});

describe.each(transports)('a host that is served by several connections, by %s', (transport) => {
  it('is lost as a whole', async () => {
    ring = await startRing({shell: 'dash', transport, sshdConfig: ['MaxSessions 1']});
    connection = await connect(ring.options());
    const [login, root] = [await connection.session('pi'), await connection.session('root')];
    const waiting = failureOf(login.request(rawScript('sleep 1000'), options));
    expect((await failureOf(root.request(killOwnSshd, options))).failure).toBe('lost');
    expect((await waiting).failure).toBe('lost');
    expect((await connection.closed)?.failure).toBe('lost');
  });

  it('has what an interruption ends ended there, though all of it takes another connection', async () => {
    ring = await startRing({shell: 'dash', transport, sshdConfig: ['MaxSessions 1']});
    const interruption = new AbortController();
    connection = await connect(ring.options({signal: interruption.signal}));
    const root = await connection.session('root');
    const file = join(ring.directory, 'pid');
    const began = once(watch(ring.directory), 'change');
    const request = failureOf(
      root.request(rawScript(`echo $$ >${file}; exec sleep 4712.5`), {
        ...options,
        signal: interruption.signal,
      }),
    );
    await began;
    interruption.abort();
    expect((await request).failure).toBe('aborted');
    const left = execFileSync('ps', ['-eo', 'args']).toString().split('\n');
    expect(left).not.toContain('sleep 4712.5');
  });

  it('is left by all of them', async () => {
    ring = await startRing({shell: 'dash', transport, sshdConfig: ['MaxSessions 1']});
    connection = await connect(ring.options());
    await connection.session('pi');
    await connection.session('root');
    const ended = connection.closed;
    await connection.close();
    expect(await ended).toBeUndefined();
    const again = await connect(ring.options());
    const sshds = rawScript(
      'n=0; for d in /proc/[0-9]*; do read -r c 2>/dev/null <$d/comm && [ "$c" = sshd ] && grep -q . $d/cmdline && n=$((n+1)); done; echo $n',
    );
    const count = async (): Promise<string> =>
      (await (await again.session('pi')).request(sshds, options)).stdout.toString();
    // The listener, and for this connection the monitor and the user's process.
    await expect.poll(count).toBe('3\n');
    await again.close();
  });
});
