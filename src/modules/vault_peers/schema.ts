import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    voters: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The node ids that are to be voters. It waits for them: a new member is made one some ten seconds after it joined.',
      }),
    ),
  },
  {
    results: {
      peers: 'Each with `id`, `address`, `leader` and `voter`.',
      voters: 'The ids of the voters.',
      missing: 'Ids of `voters` that are none.',
      unexpected: 'Ids of voters that `voters` does not name. Nobody is ever evicted.',
      tolerance: 'How many voters may fail before the cluster stops.',
    },
    checkMode:
      'As a run, as long as nothing is planned before it on that host; after that the result is unknown.',
  },
);

export type VaultPeersArguments = Static<typeof schema>;
