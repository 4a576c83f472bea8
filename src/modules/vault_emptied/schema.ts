import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: Type.String({description: 'The name of the cluster.'}),
    keys: vaultKeysArguments.keys,
    peers: Type.String({
      description: "The other members' APIs as this host reaches them, separated by blanks.",
    }),
    node_id: Type.String({description: 'What the host is called in raft.', minLength: 1}),
    data_dir: absolutePath({description: 'Where its data would be.'}),
  },
  {
    checkMode:
      'As a run, as long as nothing is planned before it on that host; after that the result is unknown.',
  },
);

export type VaultEmptiedArguments = Static<typeof schema>;
