import type {SealedFiles} from '../../resources/index.ts';
import {Secret} from '../../text/index.ts';
import {type ClusterKeys, shareName} from './cluster-keys.ts';

/** Keys whose shares are open. */
export interface OpenKeys extends Omit<ClusterKeys, 'shares'> {
  readonly shares: readonly Secret[];
}

/** The shares that this machine can give. */
export interface SharesHere {
  readonly shares: readonly Secret[];
  /** Those that are others' to open: whose, where that is known, and why not here. */
  readonly elsewhere: readonly {readonly holder: string; readonly problem: string; readonly hint?: string}[];
}

/**
 * Opens the shares that are encrypted to their holders' keys.
 * @param enough so many, and no more: each may cost somebody a touch of a smartcard
 */
export async function openShares(
  sealed: Pick<SealedFiles, 'openMessage'>,
  keys: ClusterKeys,
  enough = keys.threshold,
): Promise<SharesHere> {
  const shares: Secret[] = [];
  const elsewhere: SharesHere['elsewhere'][number][] = [];
  for (const [index, share] of keys.shares.entries()) {
    if (shares.length === enough) break;
    const opened =
      share instanceof Secret
        ? share
        : await sealed.openMessage(share.message, shareName(index, keys.cluster));
    if (opened instanceof Secret) shares.push(opened);
    else elsewhere.push({holder: keys.holders?.[index] ?? `share ${index + 1}`, ...opened});
  }
  return {shares, elsewhere};
}

/** Why the shares that are here do not unseal; undefined: they do. */
export function tooFew(
  {shares, elsewhere}: SharesHere,
  {threshold}: Pick<ClusterKeys, 'threshold'>,
): {readonly problem: string; readonly hint?: string} | undefined {
  if (shares.length >= threshold) return undefined;
  const [first] = elsewhere;
  const problem = `it takes ${threshold} shares, and ${shares.length} ${shares.length === 1 ? 'is' : 'are'} at hand`;
  if (!first) return {problem};
  return {
    problem: `${problem}; the share of ${first.holder}: ${first.problem}`,
    ...(first.hint === undefined ? {} : {hint: first.hint}),
  };
}
