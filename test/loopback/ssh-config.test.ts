import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Connection, type ConnectOptions, createConnector} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {makeKey} from './keys.ts';
import {type Ring, startRing, without} from './ring.ts';

const options = {signal: new AbortController().signal, timeoutMs: 20_000};
const connect = createConnector({environment: {}});

let ring: Ring;
let bastion: Ring;
let hardened: Ring;
const open: Connection[] = [];

beforeAll(async () => {
  [ring, bastion, hardened] = await Promise.all([
    startRing({shell: 'dash'}),
    startRing({shell: 'mksh'}),
    startRing({shell: 'busybox', sshdConfig: ['AllowTcpForwarding no', 'MaxSessions 1']}),
  ]);
});

afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});

afterAll(async () => {
  for (const one of [ring, bastion, hardened]) await one?.stop();
});

let written = 0;
/** A configuration of ssh, as a file. */
function config(...lines: readonly string[]): string {
  const file = join(ring.directory, `ssh-config-${written++}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** What a configuration must say of a ring, if the inventory says nothing. */
function block(name: string, one: Ring, ...lines: readonly string[]): string {
  return [
    `Host ${name}`,
    '  HostName 127.0.0.1',
    `  Port ${one.port}`,
    '  User pi',
    `  IdentityFile ${one.keyFile}`,
    `  UserKnownHostsFile ${one.knownHostsFile}`,
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}

const asked = (
  host: string,
  sshConfigFile: string,
  changes: Partial<ConnectOptions> = {},
): ConnectOptions => ({
  hostName: host,
  host,
  sshConfigFile,
  signal: options.signal,
  ...changes,
});

async function whereAmI(request: ConnectOptions): Promise<string> {
  const connection = await connect(request);
  open.push(connection);
  const session = await connection.session(connection.loginUser);
  const script = rawScript('id -un; echo "$SSH_CONNECTION"');
  return (await session.request(script, options)).stdout.toString().trim();
}

describe("ssh's configuration", () => {
  it('says all that the inventory does not: Host, Match, Include', async () => {
    const included = config('Match host 127.0.0.1', '  User asker');
    const file = config(`Include ${included}`, block('wallpi', ring));
    expect(await whereAmI(asked('wallpi', file))).toMatch(new RegExp(`^pi\n.* ${ring.port}$`));
    const matched = config('Match final host 127.0.0.1', '  ConnectTimeout 1', block('wallpi', ring));
    expect(await whereAmI(asked('wallpi', matched))).toMatch(/^pi\n/);
  });

  it('does not change what the inventory says', async () => {
    const file = config(
      block('wallpi', ring)
        .replace('User pi', 'User nobody')
        .replace(/Port \d+/, 'Port 1'),
    );
    expect(await whereAmI(asked('wallpi', file, {user: 'asker', port: ring.port}))).toMatch(/^asker\n/);
  });

  it('may limit the keys to those that it names', async () => {
    const key = makeKey(ring.directory, 'unknown');
    const file = config(block('wallpi', ring).replace(ring.keyFile, key));
    const error = await failureOf(connect(asked('wallpi', file)));
    expect(error.message).toBe(`wallpi does not let pi in with the key ${key}`);
  });

  it('may name the host in known_hosts (HostKeyAlias)', async () => {
    const aliased = join(ring.directory, 'aliased');
    writeFileSync(aliased, readFileSync(ring.knownHostsFile, 'utf8').replace(/^\S+/, 'the-wall'));
    const lines = block('wallpi', ring, 'HostKeyAlias the-wall').replace(ring.knownHostsFile, aliased);
    expect(await whereAmI(asked('wallpi', config(lines)))).toMatch(/^pi\n/);
  });

  it.each(
    (['accept-new', 'no'] as const).flatMap((strict) =>
      (['ssh', 'openssh'] as const).map((transport) => ({strict, transport})),
    ),
  )(
    'may keep the key of a new host ($strict, $transport), and never takes another one',
    async ({strict, transport}) => {
      const known = join(ring.directory, `known-${strict}-${transport}`);
      const lines = block('wallpi', ring, `StrictHostKeyChecking ${strict}`).replace(
        ring.knownHostsFile,
        known,
      );
      const file = config(lines);
      const options = asked('wallpi', file, {transport});
      await whereAmI(options);
      await whereAmI(options);
      expect(readFileSync(known, 'utf8')).toContain(
        readFileSync(ring.knownHostsFile, 'utf8').trim().split(' ').slice(0, 3).join(' '),
      );
      writeFileSync(
        known,
        readFileSync(known, 'utf8').replace(/ssh-ed25519 \S+/, `ssh-ed25519 ${otherKey()}`),
      );
      expect(await failureOf(connect(options))).toMatchObject({failure: 'host-key'});
    },
  );

  it('is refused when it is wrong, in the words of ssh', async () => {
    const file = config('Host *', '  NoSuchOption yes');
    const error = await failureOf(connect(asked('wallpi', file)));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toMatch(/ssh's configuration cannot be read for wallpi: .*nosuchoption/i);
  });
});

/** The public part of a key that no ring has. */
function otherKey(): string {
  return readFileSync(`${makeKey(ring.directory, `other-${written++}`)}.pub`, 'utf8').split(' ')[1] ?? '';
}

describe("a setting of ssh's configuration that our own SSH does not obey", () => {
  /** Whether the system's ssh makes the connection, which alone announces itself as OpenSSH. */
  const clientOf = async (sshConfigFile: string): Promise<Connection> => {
    const connection = await connect(asked('wallpi', sshConfigFile));
    open.push(connection);
    return connection;
  };

  it.each([
    ['BindAddress 127.0.0.2', /^127\.0\.0\.2 /],
    ['Ciphers aes128-ctr', /^127/],
    ['MACs hmac-sha2-512', /^127/],
    ['KexAlgorithms ecdh-sha2-nistp521', /^127/],
    ['PubkeyAcceptedAlgorithms ssh-ed25519', /^127/],
  ])("has the system's ssh chosen by itself: %s", async (line, from) => {
    const connection = await clientOf(config(block('wallpi', ring, line)));
    await expect(connection.terminal({type: 'dumb', columns: 80, rows: 24})).rejects.toThrow();
    const session = await connection.session('pi');
    const {stdout} = await session.request(rawScript('echo "$SSH_CONNECTION"'), options);
    expect(stdout.toString()).toMatch(from);
  });

  it('may say the only known keys (KnownHostsCommand)', async () => {
    const lines = block('wallpi', ring, `KnownHostsCommand /bin/cat ${ring.knownHostsFile}`).replace(
      `UserKnownHostsFile ${ring.knownHostsFile}`,
      'UserKnownHostsFile /dev/null',
    );
    expect(await whereAmI(asked('wallpi', config(lines)))).toMatch(/^pi\n/);
  });

  it('is refused before anything is dialled where it decides the way and the inventory insists on ours', async () => {
    for (const line of ['ProxyCommand false', 'CertificateFile /a/b', 'PKCS11Provider /a/b.so']) {
      const file = config(block('wallpi', ring, line).replace(/Port \d+/, 'Port 1'));
      const error = await failureOf(connect(asked('wallpi', file, {transport: 'ssh'})));
      const [keyword = '', value = ''] = line.split(' ');
      expect(`${error.message}\n${error.hint}`).toContain(`says of wallpi: ${keyword} (${value})`);
      expect(error.hint).toContain('`transport: openssh`');
    }
    // What the inventory says is in its place: then it is not asked for.
    const way = config(block('wallpi', ring, 'ProxyCommand false'));
    expect(await whereAmI(asked('wallpi', way, {transport: 'ssh', proxyJump: 'none'}))).toMatch(/^pi\n/);
  });

  it('is told where the inventory insists on ours', async () => {
    const notes: string[] = [];
    const onWaiting = (message: string): void => void notes.push(message);
    const file = config(block('wallpi', ring, 'BindAddress 127.0.0.2'));
    await whereAmI(asked('wallpi', file, {transport: 'ssh', onWaiting}));
    expect(notes.join()).toContain('bindaddress');
  });
});

describe('a host behind another', () => {
  it('is reached through it (ProxyJump)', async () => {
    const file = config(block('wallpi', ring, 'ProxyJump bastion'), block('bastion', bastion));
    expect(await whereAmI(asked('wallpi', file))).toMatch(/^pi\n/);
    await bastion.stop();
    const error = await failureOf(connect(asked('wallpi', file, {timeoutMs: 20_000})));
    expect(error.failure).toBe('unreachable');
    expect(error.message).toMatch(/^no way to wallpi through bastion: bastion refuses connections/);
    bastion = await startRing({shell: 'mksh'});
  });

  it('is reached through a chain, and through one that forbids forwarding', async () => {
    const file = config(block('wallpi', ring), block('bastion', bastion), block('hardened', hardened));
    expect(await whereAmI(asked('wallpi', file, {proxyJump: 'bastion,hardened'}))).toMatch(/^pi\n/);
    expect(await whereAmI(asked('bastion', file, {proxyJump: 'hardened'}))).toMatch(/^pi\n/);
  });

  it('is reached as the inventory says, whose key and known hosts hold on the way too', async () => {
    const known = join(ring.directory, 'known-both');
    writeFileSync(known, [ring, bastion].map((one) => readFileSync(one.knownHostsFile, 'utf8')).join(''));
    writeFileSync(join(bastion.directory, 'authorized_keys'), readFileSync(`${ring.keyFile}.pub`));
    const request = ring.options({
      knownHostsFile: known,
      proxyJump: `pi@127.0.0.1:${bastion.port}`,
      sshConfigFile: '/dev/null',
    });
    expect(await whereAmI(request)).toMatch(/^pi\n/);
    const unknown = await failureOf(connect({...request, knownHostsFile: ring.knownHostsFile}));
    expect(unknown.failure).toBe('host-key');
    expect(unknown.message).toContain(`no way to ring-dash through pi@127.0.0.1:${bastion.port}`);
    writeFileSync(join(bastion.directory, 'authorized_keys'), readFileSync(`${bastion.keyFile}.pub`));
  });

  it('shares the way with others, and leaves it when the last one is done', async () => {
    const lonely = await startRing({shell: 'dash', setUp: [without('nc')]});
    const file = config(
      block('wallpi', ring, 'ProxyJump lonely'),
      block('deskpi', bastion, 'ProxyJump lonely'),
      block('lonely', lonely),
    );
    const logins = async (): Promise<string> => {
      const direct = await connect(lonely.options({user: 'root'}));
      const count = rawScript(
        'n=0; for d in /proc/[0-9]*; do [ "$(stat -c %u $d 2>/dev/null)" = 20001 ] && grep -q . $d/cmdline && n=$((n+1)); done; echo $n',
      );
      const {stdout} = await (await direct.session('root')).request(count, options);
      await direct.close();
      return stdout.toString().trim();
    };
    const hosts = await Promise.all(['wallpi', 'deskpi'].map((host) => connect(asked(host, file))));
    // One for both: the bastion's own process of the user pi.
    expect(await logins()).toBe('1');
    await Promise.all(hosts.map((host) => host.close()));
    await expect.poll(logins).toBe('0');
    await lonely.stop();
  });

  it('is told of when nothing listens there, and when the way goes in a circle', async () => {
    const file = config(
      block('wallpi', ring, 'ProxyJump bastion').replace(`Port ${ring.port}`, 'Port 1'),
      block('bastion', bastion),
      block('round', ring, 'ProxyJump about'),
      block('about', ring, 'ProxyJump round'),
    );
    const refused = await failureOf(connect(asked('wallpi', file)));
    expect(refused.failure).toBe('unreachable');
    expect(refused.message).toContain('bastion gets no connection to 127.0.0.1 port 1');
    const circle = await failureOf(connect(asked('round', file, {timeoutMs: 2000})));
    expect(circle.message).toContain('circle');
  });

  it.each(['ssh', 'openssh'] as const)(
    'is itself, where all are said to be behind it (%s)',
    async (transport) => {
      const file = config(block('bastion', bastion), block('wallpi', ring), 'Host *', '  ProxyJump bastion');
      expect(await whereAmI(asked('wallpi', file, {transport}))).toMatch(/^pi\n/);
      expect(await whereAmI(asked('bastion', file, {transport}))).toMatch(/^pi\n/);
    },
  );
});
