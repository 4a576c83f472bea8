import {type ClusterKeys, openShares, type Stuck, type Unsealing} from '../vault/index.ts';
import type {ActionPorts} from './contract.ts';

/** What a server is given to unseal. */
export type SharesToGive = Pick<Unsealing, 'shares' | 'others'>;

/** As many of a cluster's shares as unseal it, or all that can be opened here, where other people hold the rest. */
export async function sharesToGive(
  keys: ClusterKeys,
  {sealed}: Pick<ActionPorts, 'sealed'>,
): Promise<SharesToGive | Stuck> {
  const {shares, elsewhere} = await openShares(sealed, keys);
  const [first] = elsewhere;
  if (shares.length === 0 && first)
    return {
      ...first,
      problem: `none of the shares is opened here; that of ${first.holder}: ${first.problem}`,
    };
  return {shares, others: elsewhere.length > 0};
}
