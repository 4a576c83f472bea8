import {type ChildProcessWithoutNullStreams, execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createInterruption} from '../../src/cli/index.ts';
import {quote} from '../../src/shell/index.ts';
import {engineOf, type Told, type} from '../unit/cli/console.ts';
import {makeKey} from './keys.ts';
import {type Ring, startRing, transports, variablesOf} from './ring.ts';

let rings: Readonly<Record<'dash' | 'busybox', Ring>>;
let directory = '';

beforeAll(async () => {
  const [dash, busybox] = await Promise.all([
    startRing({shell: 'dash', sshdConfig: ['PasswordAuthentication yes']}),
    startRing({shell: 'busybox'}),
  ]);
  rings = {dash, busybox};
  directory = mkdtempSync(join(tmpdir(), 'vprov-exec-'));
  const hosts = {
    dashpi: variablesOf(dash),
    boxpi: variablesOf(busybox),
    systempi: {...variablesOf(dash), transport: 'openssh'},
    offpi: {...variablesOf(dash), port: 1},
    herepi: {transport: 'local'},
    argspi: byArguments(dash),
  };
  writeFileSync(join(directory, 'hosts.yml'), JSON.stringify({all: {hosts}}));
});

afterAll(async () => {
  await Promise.all(Object.values(rings).map((ring) => ring.stop()));
  rmSync(directory, {recursive: true});
});

/** All that Ansible is told by arguments of ssh alone. */
function byArguments({port, keyFile, knownHostsFile}: Ring): object {
  const way = `-o 'ProxyCommand=nc 127.0.0.1 ${port}' -o HostKeyAlias=[127.0.0.1]:${port}`;
  return {
    ansible_host: 'nowhere.invalid',
    ansible_user: 'pi',
    ansible_ssh_common_args: `${way} -o "UserKnownHostsFile ${knownHostsFile}"`,
    ansible_ssh_extra_args: `-i ${keyFile} -C`,
    ssh_config_file: 'none',
  };
}

const vprov = (line: string, terminal: Parameters<typeof type>[2] = {}): Promise<Told> =>
  type(line.replace(' ', ' -i hosts.yml '), engineOf([]), {cwd: directory, ...terminal});

/** One word on a line that is cut at its blanks. */
const words = (line: string): string => line.replaceAll(' ', '\t');

describe('vprov exec', () => {
  it("reaches a host by Ansible's arguments of ssh, and says which variable of Ansible's is not read", async () => {
    writeFileSync(join(directory, 'args.yml'), 'all: {vars: {ansible_ssh_executable: /usr/bin/ssh}}\n');
    const told = await vprov('exec argspi -i args.yml -- id -un');
    expect([told.exitCode, told.stdout]).toEqual([0, expect.stringMatching(/^argspi: exit code 0 .*\npi\n/)]);
    expect(told.stderr).toMatch(
      /^warning: vprov does not read 'ansible_ssh_executable' \[INV016\]\n +args\.yml:1:14\n/,
    );
  });

  it('shows what each host said, and ends with 0', async () => {
    const told = await vprov('exec dashpi:boxpi:systempi -- echo $HOME;');
    expect(told.exitCode).toBe(0);
    for (const host of ['dashpi', 'boxpi', 'systempi'])
      expect(told.stdout).toMatch(new RegExp(`^${host}: exit code 0 after [\\d.]+ s\\n\\$HOME;\\n`, 'm'));
    expect(told.stderr).toBe('3 hosts: 3 ended with 0\n');
  });

  it('gives one word to the shell, and ends with 2, 4 or 6', async () => {
    const told = await vprov(`exec dashpi -- ${words('id -un;echo oh>&2;exit 7')}`);
    expect(told.stdout).toMatch(/^dashpi: exit code 7 after [\d.]+ s\npi\n$/);
    expect([told.stderr, told.exitCode]).toEqual(['dashpi: oh\n', 2]);
    const off = await vprov('exec offpi -- true');
    expect(off.exitCode).toBe(4);
    expect(off.stderr).toContain('error: offpi: unreachable: offpi refuses connections');
    expect((await vprov('exec offpi:dashpi -- false')).exitCode).toBe(6);
    expect((await vprov('exec nopi -- true')).exitCode).toBe(1);
  });

  it('becomes another user', async () => {
    expect((await vprov('exec dashpi --become -- id -un')).stdout).toMatch(/\nroot\n$/);
    expect((await vprov('exec dashpi --become-user service -- id -un')).stdout).toMatch(/\nservice\n$/);
    const asks = await vprov('exec dashpi --become -e user=asker -- true');
    expect(asks.exitCode).toBe(2);
    expect(asks.stderr).toMatch(/^error: dashpi: failed: .*sudo.*\n {2}hint: .*become_password/);
  });

  it('gives JSON, one host a line', async () => {
    const told = await vprov('exec dashpi:offpi --output json -- echo hi');
    const lines = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find(({host}) => host === 'dashpi')).toMatchObject({exitCode: 0, stdout: 'hi\n'});
    expect(lines.find(({host}) => host === 'offpi')).toMatchObject({type: 'unreachable'});
  });

  it.each(transports)('streams lines with their hosts while the command runs: %s', async (transport) => {
    const seen: string[] = [];
    const errors: string[] = [];
    const interruption = createInterruption({say: () => undefined, giveUp: () => undefined});
    const running = vprov(
      `exec dashpi:boxpi --stream -e transport=${transport === 'ssh' ? 'ssh2' : 'openssh'} -- ${words('echo one;echo two>&2;exec sleep 4711')}`,
      {
        interruption,
        stdout: {write: (text) => seen.push(text)},
        stderr: {write: (text) => errors.push(text)},
      },
    );
    await expect.poll(() => [...seen].sort()).toEqual(['boxpi  | one\n', 'dashpi | one\n']);
    await expect.poll(() => [...errors].sort()).toEqual(['boxpi  | two\n', 'dashpi | two\n']);
    expect(sleepers()).toBe(2);
    interruption.raise('SIGINT');
    const told = await running;
    expect(told.exitCode).toBe(130);
    expect(errors.join('')).toContain('2 hosts: 2 interrupted\n');
    await expect.poll(sleepers).toBe(0);
  });

  it.each(transports)('reads no more than is taken, and slows the command down: %s', async (transport) => {
    const marker = join(rings.dash.directory, 'home-pi', `written-by-${transport}`);
    let lines = 0;
    let drain = (): void => undefined;
    let isFull = true;
    const running = vprov(
      `exec dashpi --stream -e transport=${transport === 'ssh' ? 'ssh2' : 'openssh'} -- ${words(`seq 1 2000000;: >${marker}`)}`,
      {
        stdout: {
          write: (text: string) => {
            if (text.startsWith('dashpi | ')) lines++;
            return !isFull;
          },
          once: (_event: 'drain', listener: () => void) => {
            drain = listener;
          },
        },
      },
    );
    await expect.poll(() => lines).toBeGreaterThan(0);
    // As long as it takes to do something else there: all of it would have been written.
    await vprov(`exec dashpi --stream -- ${words('seq 1 2000000 >/dev/null')}`);
    expect(lines).toBeLessThan(500_000);
    expect(existsSync(marker)).toBe(false);
    isFull = false;
    drain();
    expect((await running).exitCode).toBe(0);
    expect([lines, existsSync(marker)]).toEqual([2_000_000, true]);
  });

  it('ends what takes too long', async () => {
    const told = await vprov('exec dashpi --timeout 0.5 -- sleep 4712');
    expect(told.exitCode).toBe(2);
    expect(told.stderr).toBe(
      'error: dashpi: timeout: the command on dashpi took longer than 0.5 s, as --timeout has it, and was ended there\n  hint: give it more time by --timeout, or none: then it may take as long as it does\n',
    );
    expect(told.stdout).toBe('');
  });

  it.each(transports)('shows what was written before it took too long: %s', async (transport) => {
    const line = `exec dashpi -e transport=${transport === 'ssh' ? 'ssh2' : 'openssh'} --timeout 1`;
    const command = words('echo one;printf two;echo oh>&2;exec sleep 4712');
    const told = await vprov(`${line} -- ${command}`);
    expect(told.stdout).toBe('dashpi: timeout, what it wrote until then\none\ntwo\n');
    expect(told.stderr).toMatch(
      /^dashpi: oh\nerror: dashpi: timeout: the command on dashpi took longer than 1 s, /,
    );
    const json = JSON.parse((await vprov(`${line} --output json -- ${command}`)).stdout);
    expect(json).toMatchObject({type: 'timeout', stdout: 'one\ntwo', stderr: 'oh\n'});
    const streamed = await vprov(`${line} --stream -- ${command}`);
    expect(streamed.stdout).toBe('dashpi | one\ndashpi | two\n');
    const secret = await vprov(
      `${line} -e become_password=canary-in-clear -- ${words('echo canary-in-clear;sleep 4712')}`,
    );
    expect(secret.stdout).not.toContain('canary-in-clear');
  });

  it('refuses a command, and a user, that is none', async () => {
    for (const word of ['', ' ']) {
      const told = await typed(['exec', '-i', join(directory, 'hosts.yml'), 'dashpi', '--', word], '');
      expect([told.exitCode, told.stdout]).toEqual([1, '']);
      expect(told.stderr).toMatch(/^error: there is no command\n/);
    }
    const words = ['exec', '-i', join(directory, 'hosts.yml'), 'dashpi', '--become-user', '', '--', 'id'];
    const told = await typed(words, '');
    expect([told.exitCode, told.stdout]).toEqual([1, '']);
    expect(told.stderr).toContain('A user has a name.');
  });

  it('masks passwords of the inventory', async () => {
    const told = await vprov('exec dashpi -e become_password=canary-in-clear -- echo canary-in-clear');
    expect(told.stdout).not.toContain('canary-in-clear');
  });
});

function sleepers(): number {
  return execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line === 'sleep 4711').length;
}

describe('vprov facts', () => {
  it('is a table, or JSON, of the hosts that were reached', async () => {
    const told = await vprov('facts dashpi:boxpi:offpi:herepi');
    expect(told.exitCode).toBe(4);
    expect(told.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'host',
      'dashpi',
      'boxpi',
      'herepi',
      '',
    ]);
    expect(told.stderr).toContain('error: offpi refuses connections');
    const {stdout, exitCode} = await vprov('facts dashpi --output json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).dashpi).toMatchObject({os: {id: expect.any(String)}, cpus: expect.any(Number)});
  });
});

/** The built program as a process, with what is typed. */
function typed(
  args: readonly string[],
  input: string,
): Promise<Pick<Told, 'exitCode' | 'stdout' | 'stderr'>> {
  return ended(spawn(process.execPath, ['dist/vprov.mjs', ...args]), input);
}

function ended(
  child: ChildProcessWithoutNullStreams,
  input: string,
): Promise<Pick<Told, 'exitCode' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    const said = {stdout: '', stderr: ''};
    child.stdout.on('data', (chunk) => (said.stdout += chunk));
    child.stderr.on('data', (chunk) => (said.stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({exitCode: code ?? -1, ...said}));
    child.stdin.end(input);
  });
}

describe('vprov ssh', () => {
  const inventory = (): readonly string[] => ['-i', join(directory, 'hosts.yml')];

  it("is the system's ssh, with what the inventory says, and ends as the shell did", async () => {
    const told = await typed(['ssh', ...inventory(), 'dashpi'], 'id -un\nexit 7\n');
    expect(told.stdout).toContain('pi\n');
    expect(told.exitCode).toBe(7);
    const command = await typed(['ssh', ...inventory(), 'dashpi', '--', 'echo', '$HOME  x'], '');
    expect([command.stdout.trim(), command.exitCode]).toEqual(['$HOME  x', 0]);
  });

  it("is told Ansible's arguments of ssh, also where there is a password that cannot be told", async () => {
    for (const more of [[], ['-e', 'ssh_password=typed by whoever sits there']]) {
      const told = await typed(['ssh', ...inventory(), ...more, 'argspi', '--', 'id', '-un'], '');
      expect([told.stdout.trim(), told.exitCode]).toEqual(['pi', 0]);
    }
  });

  it('is our own SSH where ssh cannot be told all: a terminal where there is one, and the exit code', async () => {
    const password = ['-e', "ssh_password=it's a  secret \\ ‹ü›", '-e', 'user=asker'];
    const line = ['node', 'dist/vprov.mjs', 'ssh', ...inventory(), ...password, 'dashpi'];
    const script = ['-qefc', `stty rows 24 cols 80; exec ${line.map(quote).join(' ')}`, '/dev/null'];
    const told = await ended(spawn('script', script), 'tty; stty size\nexit 5\n');
    expect(told.stdout).toMatch(/\/dev\/pts\/\d+\r+\n24 80\r+\n/);
    expect([told.exitCode, told.stderr]).toEqual([5, '']);
    const killed = await typed(['ssh', ...inventory(), ...password, 'dashpi', '--', 'kill -TERM $$'], '');
    expect(killed.exitCode).toBe(143);
  });

  it.each(['dashpi', 'boxpi'])(
    'is as ssh where there is no terminal, also where it is our own: %s',
    async (host) => {
      const password = ['-e', "ssh_password=it's a  secret \\ ‹ü›", '-e', 'user=asker'];
      const ssh = (input: string, ...command: readonly string[]) =>
        typed(['ssh', ...inventory(), ...(host === 'dashpi' ? password : []), host, ...command], input);
      const bytes = Array.from({length: 200_000}, (_, index) => `${index}\n\r\t`).join('');
      expect(await ssh(bytes, '--', 'cat; echo oh >&2; exit 9')).toEqual({
        exitCode: 9,
        stdout: bytes,
        stderr: 'oh\n',
      });
      expect(await ssh('tty; exit 5\n')).toMatchObject({exitCode: 5, stdout: 'not a tty\n'});
    },
  );

  it('says what is wrong when there is no connection', async () => {
    const system = await typed(['ssh', ...inventory(), 'offpi'], '');
    expect(system.exitCode).toBe(255);
    expect(system.stderr).toContain('error: offpi refuses connections');
    const own = await typed(['ssh', ...inventory(), '-e', 'ssh_password=x', 'offpi'], '');
    expect(own.exitCode).toBe(255);
    expect(own.stderr).toContain('error: offpi refuses connections');
    const several = await typed(['ssh', ...inventory(), 'all'], '');
    expect(several.exitCode).toBe(1);
    expect(several.stderr).toContain('vprov exec PATTERN -- CMD');
  });

  it("says the safe command where the host's key is another or unknown, and nothing where ssh ended with the shell's 255", async () => {
    const known = join(directory, 'known');
    const ssh = (...more: readonly string[]) =>
      typed(['ssh', ...inventory(), '-e', `known_hosts_file=${known}`, 'dashpi', ...more], '');
    writeFileSync(known, '');
    expect((await ssh()).stderr).toContain(
      `hint: its key is not known yet: vprov trust ${inventory().join(' ')} -e known_hosts_file=${known} dashpi\n`,
    );
    const other = execFileSync('ssh-keygen', ['-y', '-f', rings.busybox.keyFile]).toString();
    writeFileSync(known, `[127.0.0.1]:${rings.dash.port} ${other}`);
    const changed = await ssh();
    expect([changed.exitCode, changed.stderr.match(/^error: /gm)?.length]).toEqual([255, 1]);
    expect(changed.stderr).toContain('the key of dashpi is not the known one');
    const hint = `${inventory().join(' ')} -e known_hosts_file=${known} --replace dashpi`;
    expect(changed.stderr).toContain(`vprov trust ${hint}`);
    const [, fingerprint = ''] = /it shows \S+ (SHA256:\S+?),/.exec(changed.stderr) ?? [];
    const told = await typed(['trust', ...hint.split(' '), '--fingerprint', fingerprint], '');
    expect([told.exitCode, told.stderr]).toEqual([0, '']);
    expect((await ssh('--', 'exit 3')).exitCode).toBe(3);
    const ended = await typed(['ssh', ...inventory(), 'dashpi', '--', 'exit 255'], '');
    expect(ended.exitCode).toBe(255);
    expect(ended.stderr).not.toMatch(/^(hint|error):/m);
  });

  it('says which key a host does not take, and what to do', async () => {
    const key = makeKey(directory, 'stranger');
    const told = await typed(
      ['ssh', ...inventory(), '-e', `private_key_file=${key}`, 'dashpi', '--', 'true'],
      '',
    );
    expect(told.exitCode).toBe(255);
    expect(told.stderr).toMatch(/^error: dashpi does not let pi in with the key \S+\/stranger$/m);
    expect(told.stderr).toMatch(/^ {2}hint: see `user` and `private_key_file` in the inventory/m);
  });

  it('is a shell here where the host is this machine', async () => {
    const told = await typed(['ssh', ...inventory(), 'herepi', '--', 'exit 3'], '');
    expect(told.exitCode).toBe(3);
  });
});
