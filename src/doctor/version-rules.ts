import {
  type Architecture,
  architectureInWords,
  brokenBuild,
  compareReleases,
  knownBrokenBuilds,
  products,
  resolveVersion,
} from '../releases/index.ts';
import {type Rule, told} from './finding.ts';

/** What a member runs, and what could run there. */
export interface SeenVersion {
  /** `openbao` or `vault`. */
  readonly product: string;
  readonly version: string;
  readonly architecture: Architecture;
  /** What the inventory says; undefined where it says nothing, or `auto`. */
  readonly wanted: {readonly product: string | undefined; readonly version: string | undefined};
  /** The newest that is known to run on all members; undefined: none is known. */
  readonly newest: string | undefined;
}

/** What is judged of a member's version. What releases there are is known without asking anybody. */
export const versionRules: readonly Rule<SeenVersion>[] = [
  {
    id: 'version-broken',
    check: 'version',
    level: 'problem',
    meaning: 'The version is known not to work on that machine',
    finds: ({product, version, architecture}) => {
      const against = brokenBuild(knownBrokenBuilds, product, version, architecture);
      return against?.kind === 'broken'
        ? told(
            `${product} ${version} does not work on ${architectureInWords(architecture)}: ${against.reason} (${against.source})`,
            'another version: docs/vault-upgrade.md',
          )
        : [];
    },
  },
  {
    id: 'product-other',
    check: 'version',
    level: 'problem',
    meaning: 'The server is of another product than the inventory says',
    finds: ({product, wanted}) =>
      wanted.product !== undefined && wanted.product !== product
        ? told(
            `it runs ${product}, and vault_product is ${wanted.product}`,
            `set vault_product: ${product}; docs/vault-to-openbao.md has the way from one to the other`,
          )
        : [],
  },
  {
    id: 'version-other',
    check: 'version',
    level: 'note',
    meaning: 'The server is of another version than the inventory says',
    finds: ({product, version, wanted}) =>
      wanted.version !== undefined && wanted.version !== version
        ? told(
            `it runs ${product} ${version}, and vault_version is ${wanted.version}`,
            compareReleases(wanted.version, version) > 0
              ? 'vprov run playbooks/vault-upgrade.yml brings it there'
              : `set vault_version: ${version}; there is no way back to an older one`,
          )
        : [],
  },
  {
    id: 'version-newer',
    check: 'version',
    level: 'note',
    meaning: 'A newer version is known that runs on all members',
    finds: ({product, version, newest}) =>
      newest !== undefined && compareReleases(newest, version) > 0
        ? told(
            `${product} ${version} runs, and ${newest} is out for all of these boards`,
            `read what changes, then vprov run playbooks/vault-upgrade.yml -e vault_version=${newest} (docs/vault-upgrade.md)`,
          )
        : [],
  },
  {
    id: 'version-last',
    check: 'version',
    level: 'note',
    meaning: 'Newer versions of Vault are not built for that machine: it gets no repairs any more',
    finds: ({product, architecture}) => {
      const end = knownBrokenBuilds.find(
        (one) =>
          one.kind === 'missing' &&
          one.product === product &&
          one.to === undefined &&
          one.architectures.includes(architecture),
      );
      return end
        ? told(
            `from ${end.from} on ${product} is not built for ${architectureInWords(architecture)}: what it runs gets no repairs any more`,
            'OpenBao is still built for it: docs/vault-to-openbao.md',
          )
        : [];
    },
  },
];

/** The newest release that is known, without asking anybody, to run on all of these. */
export function newestFor(
  product: string,
  members: readonly {readonly host: string; readonly architecture: Architecture}[],
): string | undefined {
  const known = products.get(product);
  if (!known || members.length === 0) return undefined;
  const resolution = resolveVersion({product: known, version: 'auto', members, broken: knownBrokenBuilds});
  return resolution.type === 'resolved' ? resolution.version : undefined;
}
