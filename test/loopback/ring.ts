import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  accessSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {sh} from '../../src/shell/index.ts';
import type {ConnectOptions} from '../../src/transport/index.ts';

/** The shells that a host's `/bin/sh` may be. */
export const shells = ['dash', 'busybox', 'bash', 'mksh'] as const;
export type Shell = (typeof shells)[number];

/** How hosts are reached: each shell by our own SSH, and one of them by the system's. */
export const ways: readonly {readonly shell: Shell; readonly transport: 'ssh' | 'openssh'}[] = [
  ...shells.map((shell) => ({shell, transport: 'ssh'}) as const),
  {shell: 'dash', transport: 'openssh'},
];

/** The transports over SSH. */
export const transports = ['ssh', 'openssh'] as const;

/** What the ring needs on this machine, and the Debian package that brings it. */
const needed: Readonly<Record<string, string>> = {
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/bin/ssh-keygen': 'openssh-client',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/sudo': 'sudo',
  '/usr/bin/doas': 'opendoas',
  '/usr/bin/fish': 'fish',
  '/usr/bin/tcsh': 'tcsh',
  '/usr/bin/dash': 'dash',
  '/usr/bin/bash': 'bash',
  '/usr/bin/busybox': 'busybox-static',
  '/usr/bin/mksh': 'mksh',
  '/usr/bin/socat': 'socat',
  '/usr/bin/nc.traditional': 'netcat-traditional',
  '/usr/bin/nc.openbsd': 'netcat-openbsd',
};

/** Of the user `asker`, whom sudo asks. */
export const askerPassword = "it's a  secret \\ ‹ü›";

/** Says which process serves the connection that it runs in: the nearest ancestor of that name. */
export const ownSshd = sh`p=$$
while ! read -r name </proc/$p/comm || [ "$name" != sshd ]; do
  read -r line </proc/$p/stat
  set -- \${line##*) }
  p=$2
done
echo $p`;

/** Cuts the connection that it runs in. */
export const killOwnSshd = sh`kill -KILL $(${ownSshd})
sleep 5`;

export interface RingOptions {
  readonly shell: Shell;
  /** By which it is reached; where nobody says, our own SSH. */
  readonly transport?: (typeof transports)[number];
  /** Further lines of sshd_config. */
  readonly sshdConfig?: readonly string[];
  /** Further commands that make the host what it is, run as root in its namespaces; `$directory` is the ring's. */
  readonly setUp?: readonly string[];
}

/** A command for `setUp`: the host has none of these programs. */
export function without(...programs: readonly string[]): string {
  const hide = `program=$(readlink -f "$program") && mount --bind /dev/null "$program"`;
  const paths = programs.flatMap((program) => [`/usr/bin/${program}`, `/usr/sbin/${program}`]);
  return `for program in ${paths.join(' ')}; do [ ! -e "$program" ] || { ${hide}; }; done`;
}

/** A host: one sshd in mount and process namespaces of its own. */
export interface Ring {
  readonly port: number;
  readonly directory: string;
  readonly knownHostsFile: string;
  readonly keyFile: string;
  /** The same bytes as the host's `/bin/sh`. */
  readonly shellProgram: string;
  /** Another known_hosts file, with the host's key under another port of 127.0.0.1. */
  trustFor(port: number): string;
  /** As the login user `pi`, for whom sudo never asks. */
  options(changes?: Partial<ConnectOptions>): ConnectOptions;
  /** Ends sshd and every process in its namespace, and removes the directory. */
  stop(): Promise<void>;
}

const prefix = 'vprov-loopback-';

/** What an inventory says of a ring, for the user pi. */
export function variablesOf({port, keyFile, knownHostsFile}: Ring): Readonly<Record<string, unknown>> {
  return {
    host: '127.0.0.1',
    port,
    user: 'pi',
    private_key_file: keyFile,
    known_hosts_file: knownHostsFile,
    ssh_config_file: 'none',
  };
}

/**
 * Starts an sshd on 127.0.0.1, whose host has `/bin/sh` as asked, the users `pi` (sudo without a password),
 * `asker` (with), `plain` (no sudo), `service` (nologin), and its own passwd, sudoers, /run,
 * /var/lib and processes. Its first process ends, and so the kernel ends
 * all, when the pipe to us closes: however we end.
 */
export async function startRing({
  shell,
  transport = 'ssh',
  sshdConfig = [],
  setUp = [],
}: RingOptions): Promise<Ring> {
  requirePrograms();
  sweep();
  const directory = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-${shell}-`));
  chmodSync(directory, 0o755);
  const port = await freePort();
  writeHost(directory, shell, port, sshdConfig, setUp);
  const host = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', '/bin/dash', join(directory, 'start.sh')],
    {stdio: ['pipe', 'ignore', 'pipe']},
  );
  await listening(host);
  const keyFile = join(directory, 'id_ed25519');
  const knownHostsFile = join(directory, 'known_hosts');
  return {
    port,
    directory,
    knownHostsFile,
    keyFile,
    shellProgram: join(directory, 'sh'),
    trustFor: (otherPort) => {
      const file = join(directory, `known_hosts_${otherPort}`);
      const known = readFileSync(knownHostsFile, 'utf8');
      writeFileSync(file, known.replaceAll(`[127.0.0.1]:${port}`, `[127.0.0.1]:${otherPort}`));
      return file;
    },
    options: (changes = {}) => ({
      hostName: `ring-${shell}`,
      host: '127.0.0.1',
      port,
      user: 'pi',
      privateKeyFile: keyFile,
      knownHostsFile,
      sshConfigFile: 'none',
      transport,
      timeoutMs: 10_000,
      signal: new AbortController().signal,
      ...changes,
    }),
    stop: async () => {
      const exited = once(host, 'exit');
      host.stdin?.end();
      await exited;
      rmSync(directory, {recursive: true});
    },
  };
}

function requirePrograms(): void {
  if (process.getuid?.() !== 0) {
    throw new Error('the loopback tests start an sshd in namespaces of its own: they must run as root');
  }
  const missing = Object.entries(needed).filter(([program]) => !exists(program));
  if (missing.length === 0) return;
  const programs = missing.map(([program]) => program).join(', ');
  const packages = missing.map(([, name]) => name).join(' ');
  throw new Error(`the loopback tests miss ${programs}: apt-get install ${packages}`);
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Directories of runs that were killed; their processes ended with the pipe. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || exists(`/proc/${pid}`)) continue;
    try {
      rmSync(join(tmpdir(), name), {recursive: true, force: true});
    } catch (error) {
      // Another test file's sweep is removing it at this moment.
      if (exists(join(tmpdir(), name, 'start.sh'))) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}

/** Resolves when sshd says that it listens; rejects with what it said when it does not. */
async function listening(host: ChildProcess): Promise<void> {
  const {stderr} = host;
  if (!stderr) throw new Error('no stderr');
  const said: string[] = [];
  for await (const line of createInterface({input: stderr})) {
    said.push(line);
    if (!line.includes('Server listening')) continue;
    stderr.resume();
    return;
  }
  throw new Error(`sshd did not start: ${said.join(' / ')}`);
}

function writeHost(
  directory: string,
  shell: Shell,
  port: number,
  sshdConfig: readonly string[],
  setUp: readonly string[],
): void {
  const write = (name: string, lines: readonly string[], mode = 0o644): void =>
    writeFileSync(join(directory, name), `${lines.join('\n')}\n`, {mode});
  const keygen = (name: string, type: string): void => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', join(directory, name)]);
  };
  keygen('id_ed25519', 'ed25519');
  keygen('host_ed25519', 'ed25519');
  keygen('host_ecdsa', 'ecdsa');
  const publicKey = (name: string): string => readFileSync(join(directory, `${name}.pub`), 'utf8').trim();
  write('known_hosts', [`[127.0.0.1]:${port} ${publicKey('host_ed25519')}`]);
  write('authorized_keys', [publicKey('id_ed25519')]);

  const users = {pi: '/bin/sh', asker: '/bin/sh', plain: '/bin/sh', service: '/usr/sbin/nologin'};
  const names = Object.keys(users);
  const hash = execFileSync('perl', ['-e', 'print crypt(<STDIN>, q($6$vprov$))'], {
    // Tests beside this one look for the password in the arguments of all processes.
    input: askerPassword,
  }).toString();
  write('passwd', [
    readFileSync('/etc/passwd', 'utf8').trim(),
    ...Object.entries(users).map(
      ([name, loginShell], index) =>
        `${name}:x:${20_001 + index}:20001::${directory}/home-${name}:${loginShell}`,
    ),
  ]);
  write('group', [readFileSync('/etc/group', 'utf8').trim(), 'people:x:20001:']);
  write('shadow', ['root:*:19000::::::', ...names.map((name) => `${name}:${hash}:19000::::::`)], 0o600);
  write(
    'sudoers',
    [
      // Newer sudos run everything in a terminal of its own.
      `Defaults env_reset, timestamp_timeout=0, lecture=always, ${shell === 'dash' || shell === 'bash' ? '' : '!'}use_pty`,
      'root ALL=(ALL:ALL) ALL',
      'pi ALL=(ALL:ALL) NOPASSWD: ALL',
      'asker ALL=(ALL:ALL) ALL',
    ],
    0o440,
  );
  write('sshd_config', [
    // Of several values sshd takes the first.
    ...sshdConfig,
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${directory}/host_ed25519`,
    `HostKey ${directory}/host_ecdsa`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PidFile none',
  ]);
  copyFileSync(`/usr/bin/${shell}`, join(directory, 'sh'));
  mkdirSync(join(directory, 'applets'));
  if (shell === 'busybox') {
    // A host on which every tool is busybox's: our PATH begins with /usr/local/sbin.
    for (const applet of execFileSync('busybox', ['--list']).toString().trim().split('\n')) {
      symlinkSync('/usr/bin/busybox', join(directory, 'applets', applet));
    }
  }
  write('start.sh', [
    'set -e',
    'mount --make-rprivate /',
    'mount -t tmpfs tmpfs /run',
    'mkdir -m 755 /run/sshd /run/lock /run/sudo',
    ...names.map(
      (name, index) =>
        `mkdir ${directory}/home-${name}; chown ${20_001 + index}:20001 ${directory}/home-${name}`,
    ),
    ...['passwd', 'group', 'shadow', 'sudoers'].map(
      (file) => `mount --bind ${directory}/${file} /etc/${file}`,
    ),
    `mount --bind ${directory}/applets /usr/local/sbin`,
    // What vprov keeps on a host as root, where a test can look.
    `mkdir ${directory}/var-lib; mount --bind ${directory}/var-lib /var/lib`,
    // sudo's PAM file, so that no module of this machine has a say.
    `printf 'auth required pam_unix.so nodelay\\naccount required pam_permit.so\\nsession required pam_permit.so\\n' >${directory}/pam`,
    `mount --bind ${directory}/pam /etc/pam.d/sudo`,
    `directory=${directory}`,
    ...setUp,
    // All of this script is read before its own shell changes underneath.
    `run() { mount --bind ${directory}/sh /bin/sh; /usr/sbin/sshd -D -e -f ${directory}/sshd_config </dev/null & read -r _ || :; }`,
    'run',
  ]);
}
