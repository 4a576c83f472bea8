import {compareVersions, parseVersion} from '../../values/index.ts';
import type {Availability, ServerProduct, ServerRelease, Versions} from './key.ts';

const productNames: Readonly<Record<ServerProduct, string>> = {openbao: 'OpenBao', vault: 'Vault'};

/** Why a server of this release does not have it; undefined: it has, or nobody knows. */
export function absence(
  known: {readonly [product in ServerProduct]?: Availability},
  {product, version}: ServerRelease,
): string | undefined {
  const available = product && known[product];
  if (!product || available === undefined) return undefined;
  if (available === 'never') return `which ${productNames[product]} does not have`;
  if (version === undefined) return undefined;
  const {since, before, enterprise} = available;
  const and = `, and this is ${version}`;
  if (enterprise && !/\+ent\b/.test(version))
    return `which only ${productNames[product]} Enterprise has${and}`;
  if (since !== undefined && !reaches(version, available))
    return `which ${productNames[product]} has since ${since}${and}`;
  if (before !== undefined && !isOlder(version, before))
    return `which ${productNames[product]} had before ${before}${and}`;
  return undefined;
}

/** As new as the first that had it, or as the patch of its own minor that brought it. */
export function reaches(version: string, {since = '0.0.0', patched = []}: Versions): boolean {
  if (!isOlder(version, since)) return true;
  return patched.some((patch) => minorOf(patch) === minorOf(version) && !isOlder(version, patch));
}

function minorOf(version: string): string {
  return version.split('.', 2).join('.');
}

function isOlder(version: string, than: string): boolean {
  return compareVersions(parseVersion(version), parseVersion(than)) < 0;
}
