import type {Architecture} from './architecture.ts';
import vaultBuilds from './data/vault-builds.json' with {type: 'json'};
import type {DownloadRequest} from './files.ts';

/** Builds of a product that are known without asking anybody: version → platform → SHA-256 of the archive. */
export type Builds = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;

/** What a product calls things, and where it is published. */
export interface Product {
  readonly name: string;
  /** How its files are called: as its publisher does it, or as the play says. */
  readonly layout: 'hashicorp' | 'openbao' | DownloadRequest;
  /** The program inside the archive. */
  readonly program: string;
  /** As its release files name each architecture's platform. */
  readonly platforms: Readonly<Partial<Record<Architecture, string>>>;
  readonly builds: Builds;
  /** The primary keys whose signatures count, as fingerprints in capital letters. */
  readonly signers: readonly string[];
}

const hashicorpSigner = 'C874011F0AB405110D02105534365D9472D7468F';
const openbaoSigner = '66D15FDD87287219C8E15478D200CD702853E6D0';

/**
 * The releases of OpenBao whose builds were seen. The platforms of 2.7 for 32-bit ARM are not among them: nobody here
 * has seen these, so that they are neither promised nor denied.
 */
const openbaoBuilds: Readonly<Record<string, readonly string[]>> = {
  '2.6.1': ['linux_amd64', 'linux_arm64', 'linux_armv6'],
  '2.6.2': ['linux_amd64', 'linux_arm64', 'linux_armv6'],
  '2.7.0': ['linux_amd64', 'linux_arm64'],
  '2.7.1': ['linux_amd64', 'linux_arm64'],
  '2.7.2': ['linux_amd64', 'linux_arm64'],
};

export const products: ReadonlyMap<string, Product> = new Map<string, Product>([
  [
    'vault',
    {
      name: 'vault',
      layout: 'hashicorp',
      program: 'vault',
      platforms: {
        x86_64: 'linux_amd64',
        i686: 'linux_386',
        aarch64: 'linux_arm64',
        armv7l: 'linux_arm',
        armv6l: 'linux_arm',
      },
      builds: new Map(
        Object.entries(vaultBuilds).map(([version, builds]) => [version, new Map(Object.entries(builds))]),
      ),
      signers: [hashicorpSigner],
    },
  ],
  [
    'openbao',
    {
      name: 'openbao',
      layout: 'openbao',
      program: 'bao',
      // One 32-bit build serves ARMv6 and ARMv7.
      platforms: {
        x86_64: 'linux_amd64',
        aarch64: 'linux_arm64',
        armv7l: 'linux_armv6',
        armv6l: 'linux_armv6',
      },
      builds: new Map(
        Object.entries(openbaoBuilds).map(([version, platforms]) => [
          version,
          new Map(platforms.map((platform) => [platform, undefined])),
        ]),
      ),
      signers: [openbaoSigner],
    },
  ],
]);
