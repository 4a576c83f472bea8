import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {Secret} from '../../src/text/index.ts';
import {
  type Connection,
  type ConnectOptions,
  createConnector,
  type Question,
  type TransportError,
} from '../../src/transport/index.ts';
import {answersTo} from '../../src/transport/openssh-answers.ts';
import {targetOf} from '../../src/transport/target.ts';
import {failureOf} from './failure.ts';
import {authorize, makeKey} from './keys.ts';
import {askerPassword, type Ring, startRing} from './ring.ts';

const options = {signal: new AbortController().signal, timeoutMs: 20_000};
let ring: Ring;
let place = '';
const open: Connection[] = [];
const usualPlace = process.env.TMPDIR;

beforeAll(async () => {
  ring = await startRing({shell: 'dash', transport: 'openssh', sshdConfig: ['PasswordAuthentication yes']});
});

afterAll(() => ring?.stop());

beforeEach(() => {
  // Where the sockets of our shared connections are, and no others.
  place = mkdtempSync('/tmp/vprov-test-');
  chmodSync(place, 0o755);
  process.env.TMPDIR = place;
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  await expect.poll(shared).toEqual([]);
  rmSync(place, {recursive: true});
  if (usualPlace === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usualPlace;
});

const connect = createConnector({environment: {}});

async function whoLogsIn(connecting: Promise<Connection>): Promise<string> {
  const connection = await connecting;
  open.push(connection);
  const session = await connection.session(connection.loginUser);
  return (await session.request(rawScript('id -un'), options)).stdout.toString().trim();
}

/** Of a program that is started by its ssh, and by nobody else. */
function sleeping(): readonly number[] {
  const {stdout} = spawnSync('pgrep', ['-xf', 'sleep 61.7'], {encoding: 'utf8'});
  return stdout.split('\n').filter(Boolean).map(Number);
}

let made = 0;
const fileOf = (text: string): string => {
  const file = join(ring.directory, `file-${made++}`);
  writeFileSync(file, text);
  return file;
};
const fingerprintOf = (of: Ring, name: string): string =>
  execFileSync('ssh-keygen', ['-lf', join(of.directory, `${name}.pub`)])
    .toString()
    .split(' ')[1] ?? '';
const publicKey = (name: string): string => readFileSync(join(ring.directory, `${name}.pub`), 'utf8').trim();

/** As ring's options, but with no transport named. */
function unnamed(changes: Partial<ConnectOptions> = {}): ConnectOptions {
  const {transport: _, ...rest} = ring.options(changes);
  return rest;
}

/** The directories of connections that the system's ssh shares. */
function shared(): readonly string[] {
  return readdirSync(place).filter((name) => name.startsWith('vprov-ssh-'));
}

describe('TMPDIR', () => {
  it.each([
    ['is not there', 'gone'],
    ['has blanks, quotes, backslashes and %', `a b' "c\\ %h %`],
    ['is longer than a socket may be', 'x'.repeat(90)],
  ])('that %s is no obstacle', async (_, name) => {
    const other = join(place, name);
    if (name !== 'gone') mkdirSync(other);
    process.env.TMPDIR = other;
    const known = {password: new Secret('ssh_password', askerPassword), user: 'asker', privateKeyFile: ''};
    expect(await whoLogsIn(connect(ring.options()))).toBe('pi');
    const {privateKeyFile: _key, ...byPassword} = ring.options(known);
    expect(await whoLogsIn(connect(byPassword))).toBe('asker');
  });
});

describe("the system's ssh is used by itself", () => {
  it('not for a host that needs nothing of it', async () => {
    expect(await whoLogsIn(connect(unnamed()))).toBe('pi');
    expect(shared()).toEqual([]);
  });

  it('where a ProxyCommand leads to the host', async () => {
    const file = fileOf('Host 127.0.0.1\n  ProxyCommand nc %h %p\n');
    expect(await whoLogsIn(connect(unnamed({sshConfigFile: file})))).toBe('pi');
    expect(shared()).toHaveLength(1);
  });

  it('where a certificate lies beside the key, which sshd takes', async () => {
    const authority = makeKey(ring.directory, 'user-authority');
    const key = makeKey(ring.directory, 'certified');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'test', '-n', 'pi', `${key}.pub`]);
    const host = await startRing({
      shell: 'dash',
      sshdConfig: [`TrustedUserCAKeys ${authority}.pub`, 'AuthorizedKeysFile none'],
    });
    const {transport: _, ...target} = host.options({privateKeyFile: key});
    expect(await whoLogsIn(connect(target))).toBe('pi');
    expect(shared()).toHaveLength(1);
    for (const connection of open.splice(0)) await connection.close();
    await host.stop();
  });

  it('where only a certificate authority is known to vouch for the host, which it does', async () => {
    const authority = makeKey(ring.directory, 'host-authority');
    const file = join(ring.directory, 'host_ecdsa');
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'ring', '-h', '-n', '127.0.0.1', `${file}.pub`]);
    const host = await startRing({
      shell: 'dash',
      sshdConfig: [`HostKey ${file}`, `HostCertificate ${file}-cert.pub`],
    });
    const knownHostsFile = fileOf(`@cert-authority * ${readFileSync(`${authority}.pub`, 'utf8')}`);
    const {transport: _, ...target} = host.options({knownHostsFile});
    expect(await whoLogsIn(connect(target))).toBe('pi');
    for (const connection of open.splice(0)) await connection.close();
    await host.stop();
  });
});

describe("a host that the system's ssh does not get to", () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  const listen = async (): Promise<number> => {
    server = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };

  it('refuses, is unknown by name, is silent, or closes at once, in the words that we always use', async () => {
    const port = await listen();
    server?.close();
    expect(await failureOf(connect(ring.options({port})))).toMatchObject({
      failure: 'unreachable',
      message: `ring-dash refuses connections: nothing listens on 127.0.0.1 port ${port}`,
    });
    expect((await failureOf(connect(ring.options({host: 'no-such-host.invalid'})))).message).toMatch(
      /no-such-host\.invalid/,
    );
    const silent = await failureOf(connect(ring.options({port: await listen(), timeoutMs: 1000})));
    expect(silent.message).toContain('did not complete the SSH handshake within 1 s');
    server?.on('connection', (socket) => socket.destroy());
    expect((await failureOf(connect(ring.options({port: await listen(), timeoutMs: 2000})))).failure).toBe(
      'unreachable',
    );
  });

  it.each([
    ['that says nothing', 'sleep 61.7'],
    ['that leaves the group of its ssh', 'setsid sleep 61.7'],
  ])('is behind a program %s, which is not waited for', async (_name, program) => {
    const sshConfigFile = fileOf(`Host *\n  ProxyCommand ${program}\n`);
    const startedMs = Date.now();
    const error = await failureOf(connect(ring.options({sshConfigFile, timeoutMs: 1500})));
    expect(error).toMatchObject({failure: 'unreachable'});
    expect(Date.now() - startedMs).toBeLessThan(8000);
    const stop = new AbortController();
    const connecting = failureOf(connect(ring.options({sshConfigFile, signal: stop.signal})));
    await expect.poll(sleeping, {timeout: 10_000}).not.toEqual([]);
    stop.abort();
    expect((await connecting).failure).toBe('aborted');
    if (!program.startsWith('setsid')) await expect.poll(sleeping).toEqual([]);
    for (const pid of sleeping()) process.kill(pid);
  });

  it('is no longer waited for when the run is interrupted', async () => {
    const aborting = new AbortController();
    const connecting = failureOf(connect(ring.options({port: await listen(), signal: aborting.signal})));
    aborting.abort();
    expect((await connecting).failure).toBe('aborted');
  });

  it('does not take the key, which is not tried twice', async () => {
    const key = makeKey(ring.directory, `refused-${made++}`);
    const error = await failureOf(connect(ring.options({privateKeyFile: key})));
    expect(error.failure).toBe('authentication');
    expect(error.message).toContain('ring-dash does not let pi in');
    expect(error.hint).toContain('authorized_keys');
  });

  it('is not known, or not by this key: its fingerprints are shown, and no key is taken by itself', async () => {
    const empty = fileOf('');
    const unknown = await failureOf(connect(ring.options({knownHostsFile: empty})));
    const shown = `ssh-ed25519 ${fingerprintOf(ring, 'host_ed25519')}`;
    expect(unknown).toMatchObject({
      failure: 'host-key',
      message: `the key of ring-dash is not known: it shows ${shown}`,
    });
    expect(unknown.hint).toContain('vprov trust ring-dash');
    expect(readFileSync(empty, 'utf8')).toBe('');
    const other = fileOf(`[127.0.0.1]:${ring.port} ${publicKey('id_ed25519')}\n`);
    const changed = await failureOf(connect(ring.options({knownHostsFile: other})));
    expect(changed).toMatchObject({
      failure: 'host-key',
      message: `the key of ring-dash is not the known one: it shows ${shown}, known is ssh-ed25519 ${fingerprintOf(ring, 'id_ed25519')}`,
    });
    expect(changed.hint).toContain('vprov trust --replace ring-dash');
  });

  it('shows a key that is revoked', async () => {
    const known = fileOf(`@revoked * ${publicKey('host_ed25519')}\n`);
    const error = await failureOf(connect(ring.options({knownHostsFile: known})));
    expect(error.message).toContain(`is revoked: ssh-ed25519 ${fingerprintOf(ring, 'host_ed25519')}`);
    expect(error.hint).toContain(`the line ${known}:1 (@revoked) says so`);
  });

  it('is to show a certificate, and does not', async () => {
    const known = fileOf(`@cert-authority * ${publicKey('id_ed25519')}\n`);
    const error = await failureOf(connect(ring.options({knownHostsFile: known})));
    expect(error.message).toMatch(/certificate authority only.*it shows ssh-ed25519 SHA256:/);
    expect(error.hint).toContain(known);
  });

  it('is behind another, whose key is not known, or not the known one: that one is named', async () => {
    const bastion = await startRing({shell: 'dash'});
    const on = (knownHosts: string): string =>
      fileOf(`Host bastion
  HostName 127.0.0.1
  Port ${bastion.port}
  User pi
  IdentityFile ${bastion.keyFile}
  UserKnownHostsFile ${knownHosts}
`);
    const behind = (file: string): Promise<TransportError> =>
      failureOf(connect(ring.options({sshConfigFile: file, proxyJump: 'bastion'})));
    const unknown = await behind(on('/nowhere/known_hosts'));
    const shown = `ssh-ed25519 ${fingerprintOf(bastion, 'host_ed25519')}`;
    expect(unknown).toMatchObject({
      failure: 'host-key',
      message: `no way to ring-dash through bastion: the key of bastion is not known: it shows ${shown}`,
    });
    expect(unknown.hint).toContain('vprov trust ring-dash');
    const other = fileOf(`[127.0.0.1]:${bastion.port} ${publicKey('id_ed25519')}\n`);
    const changed = await behind(on(other));
    expect(changed.message).toContain(`the key of bastion is not the known one: it shows ${shown}, known is`);
    expect(changed.hint).toContain('vprov trust --replace ring-dash');
    const last = await failureOf(
      connect(
        ring.options({
          sshConfigFile: on(bastion.knownHostsFile),
          proxyJump: 'bastion',
          knownHostsFile: fileOf(''),
        }),
      ),
    );
    expect(last.message).toContain('the key of ring-dash is not known: it shows ssh-ed25519');
    await bastion.stop();
  });

  it('is behind one or two others, for which the key and the known hosts of the inventory hold, too', async () => {
    const bastions = [await startRing({shell: 'dash'}), await startRing({shell: 'dash'})];
    const key = makeKey(ring.directory, `our key ${made++}`, '');
    for (const {directory} of [ring, ...bastions]) authorize(directory, key);
    const knownHostsFile = fileOf(
      [ring, ...bastions].map(({knownHostsFile: known}) => readFileSync(known, 'utf8')).join(''),
    );
    const [first, second] = bastions.map(({port}) => `pi@127.0.0.1:${port}`);
    const options = {...ring.options({sshConfigFile: '/dev/null', privateKeyFile: key}), knownHostsFile};
    expect(await whoLogsIn(connect({...options, proxyJump: first ?? ''}))).toBe('pi');
    expect(await whoLogsIn(connect({...options, proxyJump: `${first},${second}`}))).toBe('pi');
    const unknown = await failureOf(
      connect({...options, knownHostsFile: ring.knownHostsFile, proxyJump: `${first},${second}`}),
    );
    expect(unknown).toMatchObject({failure: 'host-key'});
    expect(unknown.message).toMatch(
      /no way to ring-dash through .*the key of .*127.0.0.1.* is not known: it shows/,
    );
    for (const bastion of bastions) await bastion.stop();
  });
});

describe("what the system's ssh asks", () => {
  it('is asked of a person: a passphrase, with a second chance', async () => {
    const key = makeKey(ring.directory, `locked-${made++}`, 'open sesame');
    authorize(ring.directory, key);
    const questions: Question[] = [];
    const answers = ['open sesam', 'open sesame'];
    const asking = createConnector({
      environment: {},
      ask: async (question) => {
        questions.push(question);
        return new Secret('answer', answers.shift() ?? '');
      },
    });
    expect(await whoLogsIn(asking(ring.options({privateKeyFile: key})))).toBe('pi');
    expect(questions).toEqual([
      {type: 'passphrase', keyFile: key, again: false},
      {type: 'passphrase', keyFile: key, again: true},
    ]);
  });

  it('is no password where none was offered: a refused key is told at once', async () => {
    const questions: Question[] = [];
    const asking = createConnector({
      environment: {},
      ask: async (question) => {
        questions.push(question);
        return new Secret('answer', 'guess');
      },
    });
    const key = makeKey(ring.directory, `stranger-${made++}`);
    const {failure, hint} = await failureOf(asking(ring.options({privateKeyFile: key})));
    expect([failure, questions]).toEqual(['authentication', []]);
    expect(hint).toContain('private_key_file');
  });

  it('gives no password of a host to one on the way', async () => {
    const target = targetOf({...ring.options({user: 'asker'}), proxyJump: 'pi@gate'} as never, undefined, {});
    const password = new Secret('ssh_password', askerPassword);
    const asked: string[] = [];
    const answers = answersTo(
      {...target, password},
      async (question) => {
        asked.push('text' in question ? question.text : '');
        return undefined;
      },
      undefined,
    );
    for (const text of ["pi@gate's password: ", '(pi@gate) Password: ', "asker@gate's password: "])
      expect(await answers.answer(text)).toBeUndefined();
    expect(asked).toHaveLength(3);
    expect(await answers.answer("asker@127.0.0.1's password: ")).toBe(password);
  });

  it('is answered with the password, which is never shown, and sent once where it is wrong', async () => {
    const {privateKeyFile: _, ...keyless} = ring.options({sshConfigFile: '/dev/null', user: 'asker'});
    const right = new Secret('ssh_password', askerPassword);
    expect(await whoLogsIn(connect({...keyless, password: right}))).toBe('asker');
    const wrong = new Secret('ssh_password', 'not this one');
    const error = await failureOf(connect({...keyless, password: wrong}));
    expect(error.failure).toBe('authentication');
    expect(JSON.stringify([error.message, error.hint])).not.toContain('not this one');
  });
});

describe('a connection that others share', () => {
  it('is lost when what clears /tmp has removed its socket, and the host is not blamed for it', async () => {
    const connection = await connect(ring.options());
    open.push(connection);
    const [directory = ''] = shared();
    rmSync(join(place, directory), {recursive: true});
    const failure = await failureOf(connection.session(connection.loginUser));
    expect(failure).toMatchObject({failure: 'lost', message: expect.stringContaining('the connection to')});
    expect(failure.message).not.toContain('logfile');
  });

  it('ends with vprov, however that ends', async () => {
    const script = `
      import {connect} from './src/transport/index.ts';
      const options = JSON.parse(process.argv[1] ?? '');
      connect({...options, signal: new AbortController().signal}).then(async (connection) => {
        await connection.session('root');
        console.log('up');
      });
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const run = async (signal: NodeJS.Signals): Promise<void> => {
      const child = spawn(process.execPath, [...args, JSON.stringify(ring.options())], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(createInterface({input: child.stdout}), 'line');
      const [directory = ''] = shared();
      expect(existsSync(join(place, directory, 's'))).toBe(true);
      child.kill(signal);
      await once(child, 'exit');
      await expect.poll(() => existsSync(join(place, directory))).toBe(false);
    };
    await run('SIGKILL');
    await run('SIGINT');
  });
});
