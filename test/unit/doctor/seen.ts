import type {Condition, SeenHost} from '../../../src/doctor/index.ts';

/** A healthy board of a cluster, but for what is given. */
export function board({
  facts = {},
  condition = {},
  ...rest
}: {
  readonly facts?: Partial<SeenHost['facts']>;
  readonly condition?: Partial<Condition>;
} & Partial<Omit<SeenHost, 'facts' | 'condition'>> = {}): SeenHost {
  const gibibyte = 1024 ** 3;
  return {
    name: 'wallpi',
    facts: {
      hostname: 'wallpi',
      fqdn: 'wallpi.station',
      machine: 'aarch64',
      architecture: 'aarch64',
      kernel: '6.6.31',
      long_bit: 64,
      os: {id: 'debian'},
      memory_mb: 430,
      cpus: 4,
      init: 'systemd',
      boot_id: '',
      addresses: ['192.168.1.21'],
      ...facts,
    },
    condition: {
      swaps: [],
      cgroups: 'v2',
      countsMemory: true,
      commandLineFile: '/boot/firmware/cmdline.txt',
      volumes: [
        {
          point: '/',
          freeBytes: 20 * gibibyte,
          sizeBytes: 29 * gibibyte,
          freeInodes: 1_500_000,
          isReadOnly: false,
        },
      ],
      hosts: [],
      ...condition,
    },
    clock: {host: 'wallpi', offsetMs: 12, uncertaintyMs: 20},
    names: [],
    member: {address: 'wallpi.station'},
    ...rest,
  };
}
