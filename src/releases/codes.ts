import type {CodeTable} from '../errors/index.ts';

/** What may be wrong with the release of a program. */
export const releaseCodes = {
  REL001: {
    title: 'a product that is not known',
    explanation: 'Releases are known of the products that docs/releases.md names, and of no others.',
  },
  REL002: {
    title: 'this is no version',
    explanation: 'A version is written as the release site writes it (1.21.1, 2.6.2), or `auto`.',
  },
  REL003: {
    title: 'a release that some host cannot run',
    explanation:
      'All members of a cluster run one version, so it must be built for, and work on, the oldest of their boards. What is known against releases stands in the list of broken builds, with who says so. `auto` takes the newest that all of them run.',
  },
  REL004: {
    title: 'the architecture of a host is not clear',
    explanation:
      '`board` (pi_zero, pi_4, …) or `arch` (armv6l, aarch64, …) in the inventory says what a host is expected to be, before anything is connected. The host itself must say the same, and a member that is not asked in this run must have one of them.',
  },
  REL005: {
    title: 'a release cannot be had',
    explanation:
      'It is not in the cache and cannot be fetched, or what was fetched is not what its publisher signed. Nothing of it is kept, and no host was touched.',
  },
  REL006: {
    title: 'vprov.lock cannot be read or written',
    explanation:
      'The file is not of the format that docs/releases.md describes, or it may not be written. `vprov update` writes it anew.',
  },
  REL007: {
    title: 'a file of keys that is none',
    explanation:
      '`key:` of a release names a local file, relative to the playbook, with armoured OpenPGP public keys: who is in it is trusted beside the publisher. It is missing, cannot be read, or holds something else.',
  },
} as const satisfies CodeTable;
