import {type Clock, isLoopback, type NameFinding} from '../reachability/index.ts';
import type {HostFacts} from '../resources/index.ts';
import type {Condition} from './condition.ts';
import {type Rule, type Told, told} from './finding.ts';

/** A host as it was seen. */
export interface SeenHost {
  readonly name: string;
  readonly facts: HostFacts;
  readonly condition: Condition;
  /** Undefined: it said no time. */
  readonly clock: Clock | undefined;
  /** The clock is told against what most hosts say, and not against this machine's, which is wrong. */
  readonly isAgainstOthers?: boolean;
  /** How it resolves the names of the others. */
  readonly names: readonly NameFinding[];
  /** What it is in the cluster; undefined: it is in none. */
  readonly member: Membership | undefined;
}

export interface Membership {
  /** A name or an address, by which the other members reach it. */
  readonly address: string;
  /** What its server's unit says of memory; undefined: there is none yet, and the role's will say both. */
  readonly unit?: {readonly hasMemoryLimit: boolean; readonly maySwap: boolean};
}

const mebibyte = 1024 ** 2;

/** Below the first a server stops; below the second somebody should look. */
const leastFreeBytes = 256 * mebibyte;
const littleFreeBytes = 1024 * mebibyte;

const leastFreeInodes = 1_000;

/** A certificate may be not valid yet, and a lease over, by so much. */
const muchOffMs = 60_000;
export const clockOffMs = 5_000;

/** What is judged of a host by itself, whether or not a server is there. */
export const hostRules: readonly Rule<SeenHost>[] = [
  {
    id: 'arch-mixed',
    check: 'arch',
    level: 'note',
    meaning:
      'A 64-bit kernel with a 32-bit userland, on a member: programs, and the database, are of 32 bits',
    finds: ({facts: {machine, long_bit: bits}, member}) =>
      member && /64$|^armv8/.test(machine) && bits === 32
        ? told(
            `the kernel is ${machine} and the system has 32 bits: so has the server, whose database has its ceiling at about 1 GiB`,
            'nothing now; a new card with the 64-bit system takes the ceiling away (docs/vault-members.md)',
          )
        : [],
  },
  {
    id: 'swap-on',
    check: 'swap',
    level: 'note',
    meaning:
      'Swap on a disk, on a member whose unit cannot keep out of it: keys in memory may be written there',
    finds: ({condition: {swaps, cgroups, countsMemory}, member}) => {
      // MemorySwapMax=0 of the unit is all it takes, where the kernel can.
      const canLimit = cgroups === 'v2' && countsMemory;
      const disks = swaps.filter(({name}) => !name.startsWith('/dev/zram'));
      if (!member || disks.length === 0 || (canLimit && !member.unit?.maySwap)) return [];
      const where = disks.map(({name, sizeBytes}) => `${name}, ${inMebibytes(sizeBytes)}`).join('; ');
      return told(
        `swap is on (${where}), and what the server has in memory, keys among it, may be written there`,
        canLimit
          ? 'put MemorySwapMax=0 into the unit (systemctl edit), or swap to memory (zram) or encrypted'
          : "let the unit's MemorySwapMax=0 hold (see cgroup), or swap to memory (zram) or encrypted",
      );
    },
  },
  {
    id: 'clock-far',
    check: 'clock',
    level: 'problem',
    meaning: 'A clock that is a minute or more off: certificates and leases are judged by it',
    finds: (seen) => clockTold(seen, (ms) => ms >= muchOffMs),
  },
  {
    id: 'clock-off',
    check: 'clock',
    level: 'note',
    meaning: 'A clock that is 5 s or more off',
    finds: (seen) => clockTold(seen, (ms) => ms >= clockOffMs && ms < muchOffMs),
  },
  {
    id: 'cgroup-memory',
    check: 'cgroup',
    level: 'problem',
    meaning: 'The kernel counts no memory in control groups, on a member: limits of the unit have no effect',
    finds: ({condition: {countsMemory, commandLineFile}, member}) =>
      member && member.unit?.hasMemoryLimit !== false && !countsMemory
        ? told(
            "the kernel's memory controller is off: MemoryHigh and MemorySwapMax of the server's unit have no effect",
            commandLineFile === ''
              ? "boot with cgroup_enable=memory on the kernel's command line"
              : `add cgroup_enable=memory to the one line of ${commandLineFile}, then reboot`,
          )
        : [],
  },
  {
    id: 'cgroup-v1',
    check: 'cgroup',
    level: 'note',
    meaning:
      'Control groups of version 1, on a member: the limits of the unit, which are of version 2, have no effect',
    finds: ({condition: {cgroups, countsMemory}, member}) =>
      member && member.unit?.hasMemoryLimit !== false && cgroups === 'v1' && countsMemory
        ? told(
            "control groups are of version 1: MemoryHigh and MemorySwapMax of the server's unit have no effect",
            "boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or a newer system",
          )
        : [],
  },
  {
    id: 'address-loopback',
    check: 'names',
    level: 'problem',
    meaning: 'The inventory gives a member a loopback address, by which no other reaches it',
    finds: ({member}) =>
      member && isLoopback(member.address)
        ? told(
            `the inventory gives it the address ${member.address}, by which no other member reaches it`,
            'set vault_address to its address of the network, or to a name of that',
          )
        : [],
  },
  {
    id: 'name-loopback',
    check: 'names',
    level: 'problem',
    meaning:
      "A member's name is a loopback address in /etc/hosts: it listens where no other reaches it, or asks itself",
    finds: ({name, condition: {hosts}, member}) =>
      member
        ? hosts
            .filter(({address}) => isLoopback(address))
            .flatMap((entry) =>
              told(
                entry.name === member.address
                  ? `/etc/hosts says that its own name ${entry.name} is ${entry.address}: a server that listens by that name is reached by nobody else`
                  : `/etc/hosts says that ${entry.name} is ${entry.address}, which is ${name} itself`,
                `take ${entry.name} out of that line of /etc/hosts, or give it its address of the network`,
              ),
            )
        : [],
  },
  {
    id: 'name-mdns',
    check: 'names',
    level: 'problem',
    meaning: 'A name that ssh resolves (by mDNS, mostly: .local) and Go programs do not',
    finds: ({names}) =>
      names
        .filter(({byGo, bySystem}) => byGo === false && bySystem !== false)
        .flatMap(({name}) =>
          told(
            `the system resolves ${name} and Vault and OpenBao do not: they ask /etc/hosts and DNS, and no mDNS`,
            'set vault_address to an address, or put the name into /etc/hosts there',
          ),
        ),
  },
  {
    id: 'name-unknown',
    check: 'names',
    level: 'problem',
    meaning: 'A name of another member that nobody resolves there',
    finds: ({names}) =>
      names
        .filter(({byGo, bySystem}) => byGo === false && bySystem === false)
        .flatMap(({name}) =>
          told(
            `it does not resolve ${name}, which another member is called`,
            'put it into DNS, or into /etc/hosts there, or set vault_address to an address',
          ),
        ),
  },
  {
    id: 'disk-read-only',
    check: 'disk',
    level: 'problem',
    meaning: 'The file system of /var/lib was made read-only: a card that fails does that',
    finds: ({condition: {volumes}}) =>
      volumes
        .filter(({isReadOnly, point}) => isReadOnly && isOfState(point, volumes))
        .flatMap(({point}) =>
          told(
            `${point} is read-only: nothing can be written`,
            'see why: dmesg | grep -i "i/o error\\|remount"; a card that did this is to be replaced',
          ),
        ),
  },
  {
    id: 'disk-full',
    check: 'disk',
    level: 'problem',
    meaning: 'Less than 256 MiB, or 1000 inodes, are free',
    finds: ({condition: {volumes}}) =>
      volumes.flatMap(({point, freeBytes, freeInodes}) => {
        const fix = `see what takes it: du -xh ${point} | sort -h | tail; journalctl --vacuum-size=100M; apt-get clean`;
        if (freeBytes < leastFreeBytes)
          return told(`${point} has ${inMebibytes(freeBytes)} free: a server that cannot write stops`, fix);
        return freeInodes !== undefined && freeInodes < leastFreeInodes
          ? told(`${point} has room for ${freeInodes} more files (inodes)`, fix)
          : [];
      }),
  },
  {
    id: 'disk-little',
    check: 'disk',
    level: 'note',
    meaning: 'Less than 1 GiB is free',
    finds: ({condition: {volumes}}) =>
      volumes
        .filter(({freeBytes}) => freeBytes >= leastFreeBytes && freeBytes < littleFreeBytes)
        .flatMap(({point, freeBytes}) =>
          told(
            `${point} has ${inMebibytes(freeBytes)} free; an upgrade needs about 600 MiB`,
            `see what takes it: du -xh ${point} | sort -h | tail`,
          ),
        ),
  },
];

function inMebibytes(bytes: number): string {
  return `${Math.floor(bytes / mebibyte)} MiB`;
}

/** A root that is read-only by design, with places for what changes beside it, is no trouble. */
function isOfState(point: string, volumes: Condition['volumes']): boolean {
  return point !== '/' || volumes.length === 1;
}

function clockTold(
  {clock, isAgainstOthers = false}: SeenHost,
  isSo: (offMs: number) => boolean,
): readonly Told[] {
  if (!clock) return [];
  const {offsetMs, uncertaintyMs} = clock;
  if (!isSo(Math.max(0, Math.abs(offsetMs) - uncertaintyMs))) return [];
  const way = offsetMs > 0 ? 'ahead of' : 'behind';
  const whose = isAgainstOthers ? "most others'" : "this machine's";
  return told(
    `its clock is ${durationInWords(Math.abs(offsetMs))} ${way} ${whose}`,
    'see timedatectl there: systemctl enable --now systemd-timesyncd, or chrony',
  );
}

export function durationInWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
