import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {capture, docker, lines, must} from '../fleet/docker.ts';
import {type FleetKeys, fleetKeys} from '../fleet/keys.ts';
import {cacheDir, checkoutId, checkoutLabel, fleetLabel, layout, shortHash} from '../fleet/layout.ts';
import {withLock} from '../fleet/lock.ts';

/** Hosts of other processors, by user-mode emulation, and one of a PC's. What `cpu` lacks, its programs die of. */
const machines = [
  {name: 'zero', architecture: 'armel', cpu: 'arm1176', is: 'armv6l'},
  {name: 'two', architecture: 'armel', cpu: 'cortex-a7', is: 'armv7l'},
  {name: 'four', architecture: 'arm64', cpu: '', is: 'aarch64'},
  {name: 'pc', architecture: 'amd64', cpu: '', is: 'x86_64'},
] as const;

type Machine = (typeof machines)[number];
export type MachineName = Machine['name'];

export interface ArmHosts {
  /** Host → what its facts must say. */
  readonly architectures: Readonly<Record<MachineName, string>>;
  readonly inventory: string;
  /** Arguments with which `ssh` runs a command there as the login user. */
  ssh(name: MachineName): readonly string[];
  exec(name: MachineName, script: string): ReturnType<typeof capture>;
  /** The process of its sshd that waits for connections, as this machine numbers it. */
  sshd(name: MachineName): Promise<number>;
  stop(): Promise<void>;
}

const bootLimitMs = 300_000;
const recipe = join(import.meta.dirname, '..', 'fleet', 'image');
const packages = lines(readFileSync(join(recipe, 'packages'), 'utf8'));
const plan = layout('arm');

/** The format of binfmt_misc. `C`: without the file's credentials sudo is not root. @see binfmt-misc(5), kernel docs */
const formats = {
  'qemu-arm': String.raw`\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x28\x00`,
  'qemu-aarch64': String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
};
const mask = String.raw`:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/** Lets the kernel run programs of other processors. */
async function registerEmulators(): Promise<void> {
  const folder = '/proc/sys/fs/binfmt_misc';
  await must('sh', ['-c', `[ -e ${folder}/register ] || mount -t binfmt_misc none ${folder}`]);
  for (const [name, magic] of Object.entries(formats)) {
    const known = await capture('cat', [`${folder}/${name}`]);
    if (known.exitCode === 0 && /flags:.*C/.test(known.stdout)) continue;
    if (known.exitCode === 0) writeFileSync(`${folder}/${name}`, '-1');
    writeFileSync(`${folder}/register`, `:${name}:M::${magic}${mask}:/usr/bin/${name}-static:POCF`);
  }
}

async function exists(image: string): Promise<boolean> {
  return (await capture('docker', ['image', 'inspect', '-f', 'x', image])).exitCode === 0;
}

/** The image of a machine: made once, which takes minutes, and kept under a name that changes with its recipe. */
async function imageOf({architecture, cpu}: Machine, say: (line: string) => void): Promise<string> {
  const packagesHash = shortHash(packages.join('\n'));
  const base = `vprov-base:bookworm-${architecture}-${packagesHash}`;
  if (!(await exists(base))) {
    say(`making ${base} with mmdebstrap: some minutes`);
    const work = cacheDir('arm-work');
    mkdirSync(work, {recursive: true});
    const tar = join(work, `${architecture}.tar`);
    const args = [
      `--architectures=${architecture}`,
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
    ];
    await must('env', [`TMPDIR=${work}`, 'mmdebstrap', ...args, 'bookworm', tar]);
    await docker('import', tar, base);
    rmSync(work, {recursive: true});
  }
  const build = async (tag: string, context: string, ...args: readonly string[]): Promise<string> => {
    const hash = shortHash([base, readFileSync(join(context, 'Dockerfile'), 'utf8'), ...args].join('\n'));
    const image = `vprov-${tag}:bookworm-${architecture}-${hash}`;
    if (await exists(image)) return image;
    say(`building ${image}`);
    await docker('build', '-q', ...args.flatMap((arg) => ['--build-arg', arg]), '-t', image, context);
    return image;
  };
  const host = await build('host', recipe, `BASE=${base}`);
  if (architecture === 'amd64') return host;
  return build('arm', join(import.meta.dirname, 'image'), `BASE=${host}`, `CPU=${cpu}`);
}

/** @see test/fleet/host.ts, which says what systemd as PID 1 needs */
const capabilities =
  'SYS_ADMIN NET_ADMIN NET_RAW SYS_PTRACE IPC_LOCK AUDIT_CONTROL AUDIT_WRITE SYSLOG SYS_CHROOT DAC_READ_SEARCH LINUX_IMMUTABLE SYS_NICE SYS_TIME MKNOD';

function containerOf(name: MachineName): string {
  return `vprov-${plan.id}-${name}`;
}

async function start(machine: Machine, port: number, image: string, keys: FleetKeys): Promise<void> {
  const name = containerOf(machine.name);
  await capture('docker', ['rm', '-f', '-v', name]);
  const own = keys.hosts.get(plan.hosts[0]?.name ?? '');
  if (!own) throw new Error('there is no host key');
  const isV1 = (await docker('info', '--format', '{{.CgroupVersion}}')) === '1';
  const options = [
    ...capabilities.split(' ').flatMap((one) => ['--cap-add', one]),
    ...['seccomp=unconfined', 'apparmor=unconfined'].flatMap((one) => ['--security-opt', one]),
    ...['/run', '/run/lock', '/tmp'].flatMap((one) => ['--tmpfs', one]),
    ...(isV1 ? ['--cgroupns=host', '-v', '/sys/fs/cgroup:/sys/fs/cgroup:rw'] : ['--cgroupns=private']),
    ...[`${fleetLabel}=${plan.id}`, `${checkoutLabel}=${checkoutId}`].flatMap((one) => ['--label', one]),
    ...(machine.cpu === '' ? [] : ['-e', `QEMU_CPU=${machine.cpu}`]),
    ...['--network', plan.network, '--hostname', machine.name, '-p', `127.0.0.1:${port}:22`, '--name', name],
  ];
  const command = isV1 ? [] : ['sh', '-c', 'mount -o remount,rw /sys/fs/cgroup && exec /sbin/init'];
  await docker('create', ...options, image, ...command);
  const put = (text: string, to: string): Promise<string> =>
    must(
      'sh',
      ['-c', `f=$(mktemp) && cat >"$f" && chmod 600 "$f" && docker cp -q "$f" ${name}:${to} && rm "$f"`],
      text,
    );
  await put(own.privateText, '/etc/ssh/ssh_host_ed25519_key');
  await put(`${own.publicText}\n`, '/etc/ssh/ssh_host_ed25519_key.pub');
  await put(`${keys.login.publicText}\n`, '/home/pi/.ssh/authorized_keys');
  await docker('start', name);
  await booted(name);
  await docker('exec', name, 'chown', 'pi:pi', '/home/pi/.ssh/authorized_keys');
}

async function booted(name: string): Promise<void> {
  const deadline = Date.now() + bootLimitMs;
  for (;;) {
    const {stdout} = await capture('docker', [
      'exec',
      name,
      'sh',
      '-c',
      'systemctl is-system-running; systemctl is-active ssh',
    ]);
    if (/^(running|degraded)\nactive/.test(stdout)) return;
    if (Date.now() > deadline) throw new Error(`${name} did not boot: ${stdout}`);
    await after(1_000);
  }
}

/** Starts the hosts of these names, or of all, anew. */
export async function startArmHosts(
  names: readonly MachineName[] = machines.map(({name}) => name),
  say: (line: string) => void = (line) => void process.stderr.write(`arm: ${line}\n`),
): Promise<ArmHosts> {
  await must(join(import.meta.dirname, '..', '..', 'scripts', 'engine.sh'), ['up']);
  const chosen = machines.filter(({name}) => names.includes(name));
  const keys = await fleetKeys(plan);
  await withLock('arm-images', async () => {
    await registerEmulators();
    for (const machine of chosen) await imageOf(machine, say);
  });
  if ((await capture('docker', ['network', 'inspect', plan.network])).exitCode !== 0)
    await docker('network', 'create', '--label', `${fleetLabel}=${plan.id}`, plan.network);
  const first = plan.hosts[0];
  const portOf = (machine: Machine): number => (first?.port ?? 0) + machines.indexOf(machine);
  await Promise.all(
    chosen.map(async (machine) => start(machine, portOf(machine), await imageOf(machine, say), keys)),
  );
  const knownHosts = join(plan.dir, 'known_hosts');
  const publicKey = keys.hosts.get(first?.name ?? '')?.publicText;
  writeFileSync(knownHosts, chosen.map((one) => `[127.0.0.1]:${portOf(one)} ${publicKey}\n`).join(''));
  const hosts = chosen.map((machine) => [
    machine.name,
    {
      host: '127.0.0.1',
      port: portOf(machine),
      user: 'pi',
      private_key_file: 'id_ed25519',
      known_hosts_file: 'known_hosts',
      timeout: 120,
      vault_address: machine.name,
    },
  ]);
  const inventory = join(plan.dir, 'hosts.json');
  writeFileSync(inventory, JSON.stringify({vault_servers: {hosts: Object.fromEntries(hosts)}}));
  return {
    architectures: Object.fromEntries(machines.map(({name, is}) => [name, is])) as ArmHosts['architectures'],
    inventory,
    ssh: (name) => {
      const port = chosen.filter((one) => one.name === name).map(portOf);
      const options = ['IdentitiesOnly=yes', `UserKnownHostsFile=${knownHosts}`].flatMap((one) => [
        '-o',
        one,
      ]);
      return [
        '-F',
        'none',
        '-i',
        join(plan.dir, 'id_ed25519'),
        ...options,
        '-p',
        String(port),
        'pi@127.0.0.1',
      ];
    },
    sshd: async (name) => {
      const init = await docker('inspect', '-f', '{{.State.Pid}}', containerOf(name));
      const processes = lines(await must('ps', ['-o', 'pid=,args=', '--ppid', init]));
      const listening = processes.filter((line) => /sshd -D/.test(line));
      if (listening.length !== 1) throw new Error(`${name} has ${listening.length} sshd`);
      return Number.parseInt(listening[0] ?? '', 10);
    },
    exec: (name, script) => capture('docker', ['exec', '-i', containerOf(name), 'sh', '-s'], script),
    stop: async () => {
      for (const {name} of chosen) await capture('docker', ['rm', '-f', '-v', containerOf(name)]);
      await capture('docker', ['network', 'rm', plan.network]);
      rmSync(plan.dir, {recursive: true, force: true});
    },
  };
}
