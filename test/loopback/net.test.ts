import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {connect, createServer as createTcp, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createServer as createTls} from 'node:tls';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {engineOf, type Told, type} from '../unit/cli/console.ts';
import {type Ring, type RingOptions, startRing, without} from './ring.ts';

// Hosts of one machine that reach one another by names, which on each of them are its addresses 127.0.0.2, 127.0.0.3 and
// so on. `peer` is off, and its ports are there all the same.

const relays = ['perl', 'python3', 'socat', 'bash', 'busybox', 'nc.traditional'];
const lookers = [...relays, 'nc', 'nc.openbsd'];

/** How each host gets a connection to the others. */
const kinds: Readonly<Record<string, Omit<RingOptions, 'shell'>>> = {
  forwards: {},
  relays: {sshdConfig: ['AllowTcpForwarding no']},
  looks: {
    sshdConfig: ['AllowTcpForwarding no'],
    setUp: [without(...relays), 'ln -s /usr/bin/nc.openbsd $directory/applets/nc'],
  },
  openssl: {sshdConfig: ['AllowTcpForwarding no'], setUp: [without(...lookers)]},
  nothing: {sshdConfig: ['AllowTcpForwarding no'], setUp: [without(...lookers, 'openssl')]},
};
const names = Object.keys(kinds);

const peerAddress = '127.0.0.9';
const hostsFile = [
  ...names.map((name, index) => `127.0.0.${index + 2} at-${name}`),
  `${peerAddress} at-peer`,
];
const ownHosts = `printf '%s\\n' ${hostsFile.map((line) => `'${line}'`).join(' ')} >$directory/hosts; mount --bind $directory/hosts /etc/hosts`;
const rings = new Map<string, Ring>();
const servers: Server[] = [];
const fillers: Socket[] = [];
let directory = '';
let ports: Readonly<Record<'tls' | 'plain' | 'silent' | 'full' | 'closed', number>>;
let deaf: ReturnType<typeof spawn> | undefined;

async function listen(server: Server): Promise<number> {
  server.listen(0, peerAddress);
  await once(server, 'listening');
  servers.push(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A port that answers nobody any more: its queue is full, and nobody takes from it. */
async function fullPort(): Promise<number> {
  const program = `use Socket; socket(S, PF_INET, SOCK_STREAM, 6); bind(S, sockaddr_in(0, inet_aton("${peerAddress}")));
listen(S, 0); $| = 1; print((sockaddr_in(getsockname(S)))[0], "\\n"); <STDIN>;`;
  deaf = spawn('perl', ['-e', program], {stdio: ['pipe', 'pipe', 'inherit']});
  const [said] = await once(deaf.stdout ?? process.stdin, 'data');
  const port = Number(String(said).trim());
  for (let index = 0; index < 4; index++)
    fillers.push(connect({host: peerAddress, port}).on('error', () => undefined));
  await once(fillers[0] ?? process, 'connect');
  return port;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-net-'));
  await Promise.all(
    names.map(async (name) => {
      const setUp = [...(kinds[name]?.setUp ?? []), ownHosts];
      rings.set(name, await startRing({shell: 'dash', ...kinds[name], setUp}));
    }),
  );
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=peer -addext subjectAltName=DNS:peer -keyout ${key} -out ${cert}`;
  execFileSync('openssl', request.split(' '), {stdio: 'ignore'});
  const tls = createTls({key: readFileSync(key), cert: readFileSync(cert)}, (socket) => socket.end());
  tls.on('tlsClientError', () => undefined);
  const ignoring = (socket: Socket): unknown => socket.on('error', () => undefined);
  const plain = createTcp((socket) => {
    ignoring(socket);
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  const closed = createTcp();
  ports = {
    tls: await listen(tls),
    plain: await listen(plain),
    silent: await listen(createTcp(ignoring)),
    full: await fullPort(),
    closed: await listen(closed),
  };
  servers.pop();
  closed.close();
  const hosts = names.map((name) => {
    const ring = rings.get(name);
    return [
      name,
      {
        host: '127.0.0.1',
        port: ring?.port,
        user: 'pi',
        private_key_file: ring?.keyFile,
        known_hosts_file: ring?.knownHostsFile,
        ssh_config_file: 'none',
        peer_address: `at-${name}`,
        loop_address: '127.0.0.2',
      },
    ];
  });
  const off = {
    host: '127.0.0.1',
    port: 1,
    ssh_config_file: 'none',
    private_key_file: rings.get('forwards')?.keyFile,
  };
  const all = {
    ...Object.fromEntries(hosts),
    peer: {...off, peer_address: 'at-peer'},
    lostpi: {...off, peer_address: 'lostpi.invalid'},
  };
  writeFileSync(join(directory, 'hosts.yml'), JSON.stringify({all: {hosts: all}}));
});

afterAll(async () => {
  deaf?.kill();
  for (const socket of fillers) socket.destroy();
  for (const server of servers) server.close();
  await Promise.all([...rings.values()].map((ring) => ring.stop()));
  rmSync(directory, {recursive: true});
});

const vprov = (line: string): Promise<Told> =>
  type(`net -i hosts.yml --address peer_address ${line}`, engineOf([]), {cwd: directory, now: Date.now});

interface Found {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly finding: object;
}

async function found(line: string): Promise<readonly Found[]> {
  const told = await vprov(`${line} --output json`);
  return JSON.parse(told.stdout).pairs;
}

const refused = {type: 'blocked', why: 'refused'};
const filtered = {type: 'blocked', why: 'filtered'};
const unknownTls = {type: 'open', tls: {type: 'unknown'}};
const speaks = {type: 'open', tls: {type: 'speaks', certificate: {names: ['peer'], isForAddress: false}}};
const noTls = {type: 'open', tls: {type: 'none'}};

describe('vprov net', () => {
  it.each([
    ['forwards', speaks, noTls],
    ['relays', speaks, noTls],
    ['looks', unknownTls, unknownTls],
    ['openssl', unknownTls, unknownTls],
  ] as const)('tells open, TLS, refused and filtered apart on a host that %s', async (host, tls, plain) => {
    const all = Object.values(ports).join(',');
    const pairs = await found(`${host}:peer --to ${all} --timeout 3`);
    const of = (port: number): object | undefined => pairs.find((pair) => pair.port === port)?.finding;
    expect(of(ports.tls)).toMatchObject(tls);
    expect(of(ports.plain)).toMatchObject(plain);
    // openssl waits for an answer in TLS.
    expect(of(ports.silent)).toMatchObject(host === 'openssl' ? {type: 'unknown'} : plain);
    expect(of(ports.closed)).toMatchObject(refused);
    expect(of(ports.full)).toMatchObject(host === 'openssl' ? {type: 'unknown'} : filtered);
  });

  it('says of a host that can do none of it what to change there', async () => {
    const told = await vprov(`nothing:peer --to ${ports.tls}`);
    expect(told.stdout).toContain('? ');
    expect(told.stdout.replace(/\s+/g, ' ')).toContain(
      'nothing → peer port '.concat(String(ports.tls), ': not known: sshd on nothing forbids forwarding'),
    );
    expect(told.exitCode).toBe(4);
  });

  it('tells a name that is not resolved', async () => {
    const pairs = await found('forwards:relays:looks:lostpi --to 22');
    const lost = pairs.filter(({to}) => to === 'lostpi');
    expect(lost.map(({from}) => from)).toEqual(['forwards', 'relays', 'looks']);
    for (const {finding} of lost) expect(finding).toMatchObject({type: 'blocked', why: 'unknown-name'});
  });

  it('ends with 3 when a pair is blocked, 4 when a host is not reached, and shows clocks', async () => {
    const told = await vprov(`forwards:relays:peer --to ${ports.closed}`);
    expect(told.exitCode).toBe(3);
    expect(told.stdout).toMatch(/^forwards {3}· +✗ +✗$/m);
    expect(told.stdout).toMatch(/clocks against this one: forwards [+-]0\.\d s, relays [+-]0\.\d s/);
    expect(told.stderr).toContain('error: peer refuses connections');
    expect((await vprov(`forwards:peer --to ${ports.closed} --closed-is-fine`)).exitCode).toBe(4);
    const alone = await vprov('forwards --to 22');
    expect([alone.exitCode, alone.stderr]).toEqual([
      1,
      expect.stringContaining('nothing was asked: forwards is'),
    ]);
    expect(alone.stdout).not.toContain('ok');
  });

  it('does not take 127.0.0.1 for an address by which others reach a host', async () => {
    const told = await type('net -i hosts.yml forwards:relays --to 1', engineOf([]), {cwd: directory});
    expect([told.exitCode, told.stdout]).toEqual([1, '']);
    expect(told.stderr).toContain('forwards has the address 127.0.0.1');
    const named = await type('net -i hosts.yml forwards:relays --to 1 --address loop_address', engineOf([]), {
      cwd: directory,
    });
    expect([named.exitCode, named.stdout]).toEqual([1, '']);
    expect(named.stderr).toContain('relays has the address 127.0.0.2, by which no other host reaches it');
  });

  it.each(['adress', ''])('refuses a variable that no host has: %j', async (variable) => {
    const line = ['net', '-i', 'hosts.yml', 'forwards:relays', '--to', '1', `--address=${variable}`];
    const told = await type(line.join(' '), engineOf([]), {cwd: directory});
    expect([told.exitCode, told.stdout]).toEqual([1, '']);
    expect(told.stderr).toContain(`forwards, relays have no variable '${variable}' with an address`);
  });

  it('leaves no process behind', async () => {
    await found(`relays:peer --to ${ports.silent} --timeout 1`);
    const left = (): string =>
      execFileSync('ps', ['-eo', 'args'])
        .toString()
        .split('\n')
        .filter((line) => line.includes(` at-peer ${ports.silent}`))
        .join('\n');
    await expect.poll(left).toBe('');
  });
});
