import type {Stuck} from '../cluster/ports.ts';
import type {ServerProduct} from '../configuration/key.ts';
import {isNewer, upgradeNotes} from './notes.ts';

/** Where an upgrade goes from, on whom, and what to know about it. */
export interface UpgradePath {
  /** The version that those run who are not there yet; that of the goal where all are. */
  readonly from: string;
  /** By name, those who run it. */
  readonly old: readonly string[];
  readonly notes: readonly string[];
}

/**
 * The way from what members run to a version, or why there is none: back, or from several versions.
 * @param running by member, what it runs; a member that does not answer is not in it
 */
export function upgradePath(
  product: ServerProduct,
  running: ReadonlyMap<string, string>,
  to: string,
): UpgradePath | Stuck {
  const newer = [...running].find(([, version]) => isNewer(version, to));
  if (newer)
    return {
      problem: `${newer[0]} runs ${newer[1]}, which is newer than ${to}: there is no way back but a snapshot`,
      hint: 'standbys of an upgrade that was begun go back with vault_version at the old version and the link by hand; else name a later version',
    };
  const old = [...running].filter(([, version]) => version !== to);
  const versions = [...new Set(old.map(([, version]) => version))];
  if (versions.length > 1)
    return {
      problem: `members run ${versions.join(' and ')}: another upgrade was not finished`,
      hint: `finish that first: -e vault_version=${versions.toSorted((a, b) => (isNewer(a, b) ? -1 : 1))[0]}`,
    };
  const [from = to] = versions;
  return {from, old: old.map(([name]) => name), notes: upgradeNotes(product, from, to)};
}
