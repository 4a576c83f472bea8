import {once} from 'node:events';
import {type AddressInfo, createServer, type Server, type Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Connection, connect, httpRequest} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {killOwnSshd, type Ring, type Shell, startRing, without} from './ring.ts';

const signal = new AbortController().signal;
const forbidding = ['AllowTcpForwarding no', 'MaxSessions 2'];

interface Way {
  readonly name: string;
  readonly shell: Shell;
  readonly setUp: readonly string[];
  /** netcat-traditional knows none of IPv6. */
  readonly onlyIPv4?: boolean;
  readonly transport?: 'openssh';
}

const interpreters = ['perl', 'bash', 'python3'];
const everything = [...interpreters, 'socat', 'nc', 'busybox'];

/** A host that has nothing of all that it could relay by, but this, as the given command. */
function only(program: string, command: string): readonly string[] {
  return [`cp $(readlink -f ${program}) $directory/applets/${command}`, without(...everything)];
}

const ways: readonly Way[] = [
  {name: 'everything', shell: 'dash', setUp: []},
  {name: "everything, by the system's ssh", shell: 'dash', setUp: [], transport: 'openssh'},
  {name: 'perl', shell: 'dash', setUp: only('/usr/bin/perl', 'perl')},
  {name: 'bash', shell: 'mksh', setUp: only('/usr/bin/bash', 'bash')},
  {name: 'python3', shell: 'dash', setUp: only('/usr/bin/python3', 'python3')},
  {name: 'socat', shell: 'mksh', setUp: only('/usr/bin/socat', 'socat')},
  {name: 'busybox', shell: 'dash', setUp: only('/usr/bin/busybox', 'busybox')},
  // Its applets are links to /usr/bin/busybox, nc among them.
  {name: "busybox's nc", shell: 'busybox', setUp: [without(...interpreters, 'socat')]},
  {name: 'traditional nc', shell: 'mksh', setUp: only('/usr/bin/nc.traditional', 'nc'), onlyIPv4: true},
];

let server: Server;
let target: Server;
/** Says all that it has to say in one go, and ends. */
let talker: Server;
const speech = Buffer.alloc(4_000_000, 'all of this ');
let talkEnded = 0;
const accepted: Socket[] = [];
const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;

beforeAll(async () => {
  // Sends back what it gets, and ends when it is told the end.
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  target = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
  });
  talker = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(speech, () => talkEnded++));
  });
  for (const one of [server, target, talker]) {
    one.listen(0, '::');
    await once(one, 'listening');
  }
});

afterAll(() => {
  for (const one of [server, target, talker]) one.close();
});

describe.each(ways)('a host that forbids forwarding and has $name', ({shell, setUp, onlyIPv4, transport}) => {
  let ring: Ring;
  let connection: Connection;

  beforeAll(async () => {
    ring = await startRing({shell, transport: transport ?? 'ssh', sshdConfig: forbidding, setUp});
    connection = await connect(ring.options());
    // The slot that a run's own session takes.
    await connection.session('root');
  });

  afterAll(async () => {
    await connection?.close();
    await ring?.stop();
  });

  /** A relay's processes, which run as the login user, while there is one. The sshd of a spare connection may stay. */
  const processes = async (): Promise<string> => {
    const session = await connection.session('root');
    const script = rawScript(`for d in /proc/[0-9]*; do
      [ "$(stat -c %u $d 2>/dev/null)" = 20001 ] && [ -n "$(tr -d '\\0' <$d/cmdline)" ] && cat $d/comm
    done | sed '/^sshd/d' | sort`);
    return (await session.request(script, {signal, timeoutMs: 10_000})).stdout.toString();
  };

  it('is asked over HTTP, and leaves no process', async () => {
    const url = new URL(`http://127.0.0.1:${portOf(target)}/`);
    for (let i = 0; i < 3; i++) {
      const {body} = await httpRequest(connection, {url, method: 'GET'}, {signal, timeoutMs: 10_000});
      expect(body.toString()).toBe('hello');
    }
    await expect.poll(processes, {timeout: 10_000}).toBe('');
  });

  it.each(['127.0.0.1', 'localhost', ...(onlyIPv4 ? [] : ['::1'])])(
    'carries bytes both ways at once to %s',
    async (address) => {
      const stream = await connection.forward(address, portOf(server), signal);
      const bytes = Buffer.alloc(3_000_000, 'both ways ');
      let got = 0;
      let wrong = false;
      stream.on('data', (chunk: Buffer) => {
        wrong ||= !chunk.equals(bytes.subarray(got, got + chunk.length));
        got += chunk.length;
      });
      // Far more than what fits into buffers on the way: who does not read while it writes never ends.
      for (let i = 0; i < bytes.length; i += 100_000) stream.write(bytes.subarray(i, i + 100_000));
      await expect.poll(() => got, {timeout: 10_000}).toBe(bytes.length);
      stream.destroy();
      expect(wrong).toBe(false);
    },
  );

  it('is done with an address as soon as we are', async () => {
    const from = accepted.length;
    const stream = await connection.forward('127.0.0.1', portOf(server), signal);
    stream.write('x');
    await once(stream, 'data');
    stream.destroy();
    const theirs = accepted.slice(from);
    await expect.poll(() => theirs.every((socket) => socket.closed)).toBe(true);
    await expect.poll(processes, {timeout: 10_000}).toBe('');
  });

  it('gets all that a server says before it ends, however late it reads', async () => {
    const stream = await connection.forward('127.0.0.1', portOf(talker), signal);
    stream.on('error', () => undefined);
    stream.write('talk');
    // The host's own buffers hold more of it than we have read when the server is done.
    await expect.poll(() => talkEnded).toBeGreaterThan(0);
    let got = 0;
    stream.on('data', (chunk: Buffer) => {
      got += chunk.length;
    });
    await expect.poll(() => got, {timeout: 10_000}).toBe(speech.length);
    stream.destroy();
    talkEnded = 0;
    await expect.poll(processes, {timeout: 10_000}).toBe('');
  });

  it('gets the end of what a server says', async () => {
    const stream = await connection.forward('127.0.0.1', portOf(target), signal);
    stream.end('anything');
    expect((await textOf(stream)).endsWith('hello')).toBe(true);
  });

  it('tells a port that nobody listens on', async () => {
    const error = await failureOf(connection.forward('127.0.0.1', 1, signal));
    expect(error).toMatchObject({
      failure: 'refused',
      message: `ring-${shell} gets no connection to 127.0.0.1 port 1: Connection refused`,
    });
  });

  it('ends with the signal', async () => {
    const aborting = new AbortController();
    const stream = await connection.forward('127.0.0.1', portOf(server), aborting.signal);
    const failed = once(stream, 'error');
    aborting.abort();
    expect((await failed)[0]).toMatchObject({failure: 'aborted'});
    expect(await failureOf(connection.forward('127.0.0.1', 1, aborting.signal))).toMatchObject({
      failure: 'aborted',
    });
  });

  it('ends with the connection', async () => {
    const doomed = await connect(ring.options());
    const stream = await doomed.forward('127.0.0.1', portOf(server), signal);
    const failed = once(stream, 'error');
    const session = await doomed.session('root');
    await failureOf(session.request(killOwnSshd, {signal, timeoutMs: 20_000}));
    expect((await failed)[0]).toMatchObject({failure: 'lost'});
    await doomed.close();
  });
});

async function textOf(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe('a host that forbids forwarding and has nothing to relay by', () => {
  it('is told by the line of sshd_config and by what could be installed', async () => {
    const ring = await startRing({
      shell: 'dash',
      sshdConfig: forbidding,
      setUp: only('/usr/bin/nc.openbsd', 'nc'),
    });
    const connection = await connect(ring.options());
    for (let i = 0; i < 2; i++) {
      const error = await failureOf(connection.forward('127.0.0.1', portOf(target), signal));
      expect(error.failure).toBe('forbidden');
      expect(error.message).toContain('sshd on ring-dash forbids forwarding');
      expect(error.hint).toMatch(/AllowTcpForwarding local.*perl or socat/);
    }
    await connection.close();
    await ring.stop();
  });
});

describe('a host that permits forwarding to some addresses only', () => {
  it('forwards to those, and relays to the others', async () => {
    const ring = await startRing({
      shell: 'dash',
      sshdConfig: [`PermitOpen 127.0.0.1:${portOf(target)}`],
      setUp: only('/usr/bin/nc.openbsd', 'nc'),
    });
    const connection = await connect(ring.options());
    expect(await failureOf(connection.forward('127.0.0.1', portOf(server), signal))).toMatchObject({
      failure: 'forbidden',
    });
    (await connection.forward('127.0.0.1', portOf(target), signal)).destroy();
    await connection.close();
    await ring.stop();
  });
});
