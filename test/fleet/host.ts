import {connect} from 'node:net';
import {setTimeout as after} from 'node:timers/promises';
import {GenericContainer, Wait} from 'testcontainers';
import {docker, must} from './docker.ts';
import {hostImage} from './image.ts';
import type {FleetKeys} from './keys.ts';
import {
  checkoutId,
  checkoutLabel,
  containerName,
  fleetLabel,
  type HostPlan,
  type Layout,
  sudoPassword,
} from './layout.ts';

// The reaper's image comes from a registry that may be out of reach: what we start carries our label, and we
// remove it. Without the second line the bridge's address is taken for the engine's.
process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
process.env.TESTCONTAINERS_HOST_OVERRIDE = '127.0.0.1';

const bootLimitMs = 60_000;

/** What systemd as PID 1 needs. `--privileged` is refused where the engine itself lacks a capability. */
const capabilities = [
  'SYS_ADMIN',
  'NET_ADMIN',
  'NET_RAW',
  'SYS_PTRACE',
  'IPC_LOCK',
  'AUDIT_CONTROL',
  'AUDIT_WRITE',
  'SYSLOG',
  'SYS_CHROOT',
  'DAC_READ_SEARCH',
  'LINUX_IMMUTABLE',
  'SYS_NICE',
  'SYS_TIME',
  'MKNOD',
];

/** A container with settings that testcontainers has no method for. */
class SystemdContainer extends GenericContainer {
  /** PID 1 is systemd, which writes to the tree of control groups. */
  withSystemd(cgroupVersion: string): this {
    this.hostConfig.CapAdd = capabilities;
    this.hostConfig.SecurityOpt = ['seccomp=unconfined', 'apparmor=unconfined'];
    this.hostConfig.Tmpfs = {'/run': '', '/run/lock': '', '/tmp': ''};
    if (cgroupVersion === '1') {
      Object.assign(this.hostConfig, {CgroupnsMode: 'host'});
      this.hostConfig.Binds = ['/sys/fs/cgroup:/sys/fs/cgroup:rw'];
      return this;
    }
    // A namespace of its own is mounted read-only unless privileged.
    Object.assign(this.hostConfig, {CgroupnsMode: 'private'});
    return this.withCommand(['sh', '-c', 'mount -o remount,rw /sys/fs/cgroup && exec /sbin/init']);
  }

  /** On this network and no other: withNetworkAliases would leave it on the default bridge too. */
  withOnlyNetwork(network: string, alias: string): this {
    this.createOpts.NetworkingConfig = {EndpointsConfig: {[network]: {Aliases: [alias]}}};
    return this.withNetworkMode(network);
  }

  /** sshd's port on the loopback address alone: this is a laptop's business and not its network's. */
  withLoopbackSsh(port: number): this {
    this.createOpts.ExposedPorts = {'22/tcp': {}};
    this.hostConfig.PortBindings = {'22/tcp': [{HostIp: '127.0.0.1', HostPort: String(port)}]};
    return this;
  }
}

/** Starts one host and waits until its systemd has booted and its sshd answers. */
export async function startHost(
  fleet: Layout,
  host: HostPlan,
  keys: FleetKeys,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const name = containerName(fleet, host.name);
  await new SystemdContainer(hostImage(host.suite))
    .withSystemd(await cgroupVersion())
    .withOnlyNetwork(fleet.network, host.name)
    .withLoopbackSsh(host.port)
    .withName(name)
    .withHostname(host.name)
    .withLabels({[fleetLabel]: fleet.id, [checkoutLabel]: checkoutId, ...labels})
    .withCopyContentToContainer(firstFiles(host, keys))
    .withAutoRemove(false)
    .withStartupTimeout(bootLimitMs)
    // "degraded" has booted too; what failed is reported below, by name.
    .withWaitStrategy(
      Wait.forSuccessfulCommand('systemctl is-system-running --wait | grep -Eq "running|degraded"'),
    )
    .start();
  if (host.asksPassword) await must('docker', ['exec', '-i', name, 'chpasswd'], `pi:${sudoPassword}\n`);
  await allUnitsUp(name);
  await sshAnswers(host.port);
}

/** Starts a stopped host again, data and all, and waits for it in the same way. */
export async function wakeHost(fleet: Layout, host: HostPlan): Promise<void> {
  const name = containerName(fleet, host.name);
  await docker('start', name);
  await sshAnswers(host.port);
}

/** What an installer writes on a card before its first boot: keys, and this host's quirks. */
function firstFiles(host: HostPlan, {login, hosts}: FleetKeys) {
  const own = hosts.get(host.name);
  if (own === undefined) throw new Error(`${host.name} has no host key`);
  const files = [
    {target: '/etc/ssh/ssh_host_ed25519_key', content: own.privateText, mode: 0o600},
    {target: '/etc/ssh/ssh_host_ed25519_key.pub', content: `${own.publicText}\n`, mode: 0o644},
    {target: '/home/pi/.ssh/authorized_keys', content: `${login.publicText}\n`, mode: 0o644},
  ];
  if (host.hardened) {
    const content = 'AllowTcpForwarding no\nMaxSessions 2\n';
    files.push({target: '/etc/ssh/sshd_config.d/hardened.conf', content, mode: 0o644});
  }
  if (host.asksPassword) {
    files.push({target: '/etc/sudoers.d/010_pi-nopasswd', content: 'pi ALL=(ALL) ALL\n', mode: 0o440});
  }
  return files;
}

async function allUnitsUp(container: string): Promise<void> {
  const failed = await docker('exec', container, 'systemctl', '--failed', '--plain', '--no-legend');
  if (failed !== '') throw new Error(`${container}: units failed at boot:\n${failed}`);
}

let knownCgroupVersion: Promise<string> | undefined;
function cgroupVersion(): Promise<string> {
  knownCgroupVersion ??= docker('info', '--format', '{{.CgroupVersion}}');
  return knownCgroupVersion;
}

/** Waits until an SSH banner comes: the engine's own proxy accepts before the host does. */
async function sshAnswers(port: number): Promise<void> {
  const deadline = Date.now() + bootLimitMs;
  while (!(await banner(port)).startsWith('SSH-')) {
    if (Date.now() > deadline) throw new Error(`no sshd answers on 127.0.0.1:${port}`);
    await after(50);
  }
}

function banner(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk) => end(chunk.toString()));
    socket.once('error', () => end(''));
    socket.once('close', () => end(''));
    socket.setTimeout(2_000, () => end(''));
  });
}
