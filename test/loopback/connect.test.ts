import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer, type Server, type Socket} from 'node:net';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type ConnectOptions, connect} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;

beforeAll(async () => {
  ring = await startRing({shell: 'dash', sshdConfig: ['ListenAddress ::1']});
});

afterAll(() => ring?.stop());

async function logsIn(changes: Partial<ConnectOptions>): Promise<boolean> {
  const connection = await connect(ring.options(changes));
  const session = await connection.session('pi');
  const {exitCode} = await session.request(rawScript('true'), {
    signal: new AbortController().signal,
    timeoutMs: 20_000,
  });
  await connection.close();
  return exitCode === 0;
}

describe('a host that does not answer', () => {
  let silent: Server | undefined;

  afterEach(() => {
    silent?.close();
    silent = undefined;
  });

  const listen = async (): Promise<number> => {
    silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };

  it('is refused', async () => {
    const port = await listen();
    silent?.close();
    const error = await failureOf(connect(ring.options({port})));
    expect(error).toMatchObject({
      failure: 'unreachable',
      message: `ring-dash refuses connections: nothing listens on 127.0.0.1 port ${port}`,
    });
  });

  it('has a name that nobody knows', async () => {
    const error = await failureOf(connect(ring.options({host: 'no-such-host.invalid'})));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toMatch(/no-such-host\.invalid/);
  });

  it('is silent', async () => {
    const error = await failureOf(connect(ring.options({port: await listen(), timeoutMs: 1000})));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toContain('did not complete the SSH handshake within 1 s');
  });

  it('is no longer waited for when the run is interrupted', async () => {
    const aborting = new AbortController();
    const connecting = failureOf(connect(ring.options({port: await listen(), signal: aborting.signal})));
    aborting.abort();
    expect((await connecting).failure).toBe('aborted');
  });

  it('closes the connection at once', async () => {
    const port = await listen();
    silent?.on('connection', (socket) => socket.destroy());
    expect((await failureOf(connect(ring.options({port})))).failure).toBe('unreachable');
  });
});

describe('who logs in', () => {
  it('is told which key and user were not accepted', async () => {
    const privateKeyFile = join(ring.directory, 'other_key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', privateKeyFile]);
    const error = await failureOf(connect(ring.options({privateKeyFile})));
    expect(error).toMatchObject({
      failure: 'authentication',
      message: `ring-dash does not let pi in with the key ${privateKeyFile}`,
    });
  });

  it.each([
    ['ecdsa', '256'],
    ['rsa', '2048'],
  ])('may have a key of type %s', async (type, bits) => {
    const privateKeyFile = join(ring.directory, `key_${type}`);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-f', privateKeyFile]);
    const authorized = join(ring.directory, 'authorized_keys');
    writeFileSync(
      authorized,
      readFileSync(authorized, 'utf8') + readFileSync(`${privateKeyFile}.pub`, 'utf8'),
    );
    expect(await logsIn({privateKeyFile})).toBe(true);
  });

  it('is told that a key file is missing or no key', async () => {
    const missing = await failureOf(connect(ring.options({privateKeyFile: '/nonexistent/key'})));
    expect(missing.failure).toBe('authentication');
    expect(missing.message).toContain('/nonexistent/key');
    const wrong = await failureOf(connect(ring.options({privateKeyFile: '/etc/passwd'})));
    expect(wrong.message).toContain('/etc/passwd');
  });
});

describe("a host's key", () => {
  const publicKey = (name: string): string =>
    readFileSync(join(ring.directory, `${name}.pub`), 'utf8').trim();
  const fingerprint = (name: string): string =>
    execFileSync('ssh-keygen', ['-lf', join(ring.directory, `${name}.pub`)])
      .toString()
      .split(' ')[1] ?? '';
  const knownHosts = (...lines: readonly string[]): {knownHostsFile: string} => {
    const knownHostsFile = join(ring.directory, `known_hosts_${Math.random()}`);
    writeFileSync(knownHostsFile, `${lines.join('\n')}\n`);
    return {knownHostsFile};
  };
  const name = (): string => `[127.0.0.1]:${ring.port}`;

  it('is checked by the type that is known', async () => {
    expect(await logsIn(knownHosts(`${name()} ${publicKey('host_ed25519')}`))).toBe(true);
    expect(await logsIn(knownHosts(`${name()} ${publicKey('host_ecdsa')}`))).toBe(true);
  });

  it('is known by what ssh itself has written, hashed or not', async () => {
    for (const hash of ['yes', 'no']) {
      const {knownHostsFile} = knownHosts();
      const options = {
        UserKnownHostsFile: knownHostsFile,
        StrictHostKeyChecking: 'accept-new',
        HashKnownHosts: hash,
      };
      const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
      execFileSync('ssh', [
        ...flags,
        '-q',
        '-i',
        ring.keyFile,
        '-p',
        String(ring.port),
        'pi@127.0.0.1',
        'true',
      ]);
      expect(/^\|1\|/m.test(readFileSync(knownHostsFile, 'utf8'))).toBe(hash === 'yes');
      expect(await logsIn({knownHostsFile})).toBe(true);
    }
  });

  it('is known on IPv6', async () => {
    expect(
      await logsIn({host: '::1', ...knownHosts(`[::1]:${ring.port} ${publicKey('host_ed25519')}`)}),
    ).toBe(true);
  });

  it('is refused when unknown, with its fingerprint and a way to check it', async () => {
    const options = ring.options(knownHosts());
    const error = await failureOf(connect(options));
    expect(error).toMatchObject({
      failure: 'host-key',
      message: `the key of ring-dash is not known: it shows ssh-ed25519 ${fingerprint('host_ed25519')}`,
    });
    expect(error.hint).not.toContain('keyscan');
    expect(error.hint).toContain('vprov trust ring-dash');
  });

  it('is refused when it is not the known one, with both fingerprints', async () => {
    const error = await failureOf(connect(ring.options(knownHosts(`${name()} ${publicKey('id_ed25519')}`))));
    expect(error.failure).toBe('host-key');
    expect(error.message).toContain(fingerprint('host_ed25519'));
    expect(error.message).toContain(fingerprint('id_ed25519'));
    expect(error.hint).toContain('vprov trust --replace ring-dash');
  });

  it('is refused when revoked, even where it is known as well', async () => {
    const key = publicKey('host_ed25519');
    const error = await failureOf(connect(ring.options(knownHosts(`${name()} ${key}`, `@revoked * ${key}`))));
    expect(error.failure).toBe('host-key');
    expect(error.message).toContain('revoked');
  });

  it('is refused when only a certificate authority is known', async () => {
    const line = `@cert-authority * ${publicKey('id_ed25519')}`;
    const error = await failureOf(connect(ring.options(knownHosts(line))));
    expect(error.failure).toBe('host-key');
    expect(error.message).toContain('certificate authority');
  });

  it('is refused when known_hosts cannot be read', async () => {
    const error = await failureOf(connect(ring.options({knownHostsFile: '/nonexistent/known_hosts'})));
    expect(error.failure).toBe('host-key');
    expect(error.message).toContain('/nonexistent/known_hosts');
  });
});

/** The ciphers that we ask a host for, the dearest first. @see RFC 4253, 7.1 */
async function ciphersAskedFor(changes: Partial<ConnectOptions>): Promise<readonly string[]> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('SSH-2.0-test\r\n');
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const aborting = new AbortController();
    const connecting = failureOf(
      connect(
        ring.options({...changes, port: (server.address() as AddressInfo).port, signal: aborting.signal}),
      ),
    );
    const [socket] = await accepted;
    let heard = Buffer.alloc(0);
    let packet = Buffer.alloc(0);
    while (packet.length < 4 || packet.length < 4 + packet.readUInt32BE(0)) {
      heard = Buffer.concat([heard, ...(await once(socket, 'data'))]);
      packet = heard.subarray(heard.indexOf('\n') + 1);
    }
    aborting.abort();
    await connecting;
    let at = 4 + 1 + 1 + 16;
    const lists: string[] = [];
    for (let list = 0; list < 3; list++) {
      const length = packet.readUInt32BE(at);
      lists.push(packet.toString('latin1', at + 4, at + 4 + length));
      at += 4 + length;
    }
    return lists[2]?.split(',') ?? [];
  } finally {
    server.close();
  }
}

it('is asked for ChaCha20 first when it has no instructions for AES, and for what it can do all the same', async () => {
  const usual = await ciphersAskedFor({});
  const slow = await ciphersAskedFor({lacksAes: true});
  expect(usual[0]).toMatch(/^aes/);
  expect(slow[0]).toBe('chacha20-poly1305@openssh.com');
  expect(slow.toSorted()).toEqual(usual.toSorted());
  expect(await logsIn({lacksAes: true})).toBe(true);
});
