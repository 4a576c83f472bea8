import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir, userInfo} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Completed, type Connection, createConnector} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';

const execFileAsync = promisify(execFile);
const signal = new AbortController().signal;
const environment = {SSH_AUTH_SOCK: '/nowhere'};
let connection: Connection;
let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-local-'));
  connection = await createConnector({environment})({
    hostName: 'here',
    host: 'no-such-host.invalid',
    transport: 'local',
    signal,
  });
});

afterAll(async () => {
  await connection?.close();
  rmSync(directory, {recursive: true});
});

async function request(script: string, timeoutMs = 10_000, user = connection.loginUser): Promise<Completed> {
  return (await connection.session(user)).request(rawScript(script), {signal, timeoutMs});
}

it('is this machine, as who runs this, without our variables and without a profile', async () => {
  process.env.VPROV_CANARY = 'canary';
  const {stdout} = await request('id -un; pwd; echo "[$VPROV_CANARY]" "[$SSH_AUTH_SOCK]"');
  delete process.env.VPROV_CANARY;
  const {username, homedir} = userInfo();
  expect([connection.loginUser, stdout.toString()]).toEqual([username, `${username}\n${homedir}\n[] []\n`]);
});

it('begins in / for a user whose home is not there, as sshd does', async () => {
  const passwd = join(directory, 'passwd');
  writeFileSync(passwd, 'root:x:0:0::/nowhere/home:/bin/sh\n');
  const line = [process.execPath, 'dist/vprov.mjs', 'exec', '-i', 'me,', '-e', 'transport=local', 'me'];
  const script = `mount --bind ${passwd} /etc/passwd; exec ${line.join(' ')} -- pwd`;
  const cache = {...process.env, XDG_CACHE_HOME: directory};
  const {stdout} = await execFileAsync('unshare', ['-m', 'sh', '-c', script], {env: cache});
  expect(stdout).toMatch(/\n\/\n/);
});

it('serves a user without an entry in passwd, as in a container', async () => {
  const passwd = join(directory, 'passwd-of-nobody');
  writeFileSync(passwd, 'other:x:4711:4711::/:/bin/sh\n');
  const line = [process.execPath, 'dist/vprov.mjs', 'exec', '-i', 'me,', '-e', 'transport=local', 'me'];
  const script = `mount --bind ${passwd} /etc/passwd; exec ${line.join(' ')} -- id -u`;
  const env = {...process.env, XDG_CACHE_HOME: directory, HOME: directory};
  const {stdout} = await execFileAsync('unshare', ['-m', 'sh', '-c', script], {env});
  expect(stdout).toMatch(/\n0\n/);
});

it('becomes another user', async () => {
  const {stdout} = await request('id -un', 10_000, 'nobody');
  expect(stdout.toString()).toBe('nobody\n');
});

it('runs in a session of its own: Ctrl-C in our terminal does not reach it', async () => {
  const {stdout} = await request('cut -d" " -f5,6 /proc/$$/stat');
  const [group, session] = stdout.toString().trim().split(' ');
  const own = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  expect(group).not.toBe(own[2]);
  expect(session).not.toBe(own[3]);
});

it('ends what takes too long, with its children', async () => {
  const seconds = 912_345;
  const error = await failureOf(request(`sh -c 'sleep ${seconds}; :'; :`, 200));
  expect(error.failure).toBe('timeout');
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandOf(pid));
  expect(commands.filter((command) => command === `sleep ${seconds} `)).toEqual([]);
});

it('takes uploads, as whoever they are for', async () => {
  const bytes = Buffer.alloc(1_000_000, 'here ');
  const path = join(directory, 'file');
  const source = {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    open: () => Readable.from([bytes]),
  };
  await connection.upload(connection.loginUser, path, source, {signal, timeoutMs: 10_000});
  expect(readFileSync(path).equals(bytes)).toBe(true);
  const elsewhere = join(directory, 'not-for-nobody');
  const error = await failureOf(connection.upload('nobody', elsewhere, source, {signal, timeoutMs: 10_000}));
  expect([error.failure, existsSync(elsewhere)]).toEqual(['upload', false]);
});

it('connects to addresses by itself', async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  const stream = await connection.forward('127.0.0.1', port, signal);
  expect(String((await once(stream, 'data'))[0])).toBe('hello');
  server.close();
  await once(server, 'close');
  const error = await failureOf(connection.forward('127.0.0.1', port, signal));
  expect(error).toMatchObject({
    failure: 'refused',
    message: expect.stringContaining('here gets no connection'),
  });
});

it('is over when it is closed: what runs is lost', async () => {
  const closing = await createConnector({environment})({
    hostName: 'here',
    host: 'here',
    transport: 'local',
    signal,
  });
  const session = await closing.session(closing.loginUser);
  const pending = failureOf(session.request(rawScript('sleep 0.2'), {signal, timeoutMs: 20_000}));
  await closing.close();
  expect((await pending).failure).toBe('lost');
  expect(await closing.closed).toBeUndefined();
  expect((await failureOf(closing.session(closing.loginUser))).failure).toBe('lost');
});

/** '' where the process has ended meanwhile. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
