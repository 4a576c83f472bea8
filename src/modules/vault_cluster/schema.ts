import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecord} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: vaultKeysArguments.name,
    url: vaultKeysArguments.url,
    record: vaultRecord,
    members: Type.Array(Type.String(), {
      description:
        'Who is to be a member, each by its name in raft. Others that are written down are kept: who is taken out of an inventory votes still.',
      minItems: 1,
    }),
    member: Type.String({
      description: 'This host, by its name in raft: written down once its server is of the cluster.',
      minLength: 1,
    }),
    without: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Who was removed from it: written down as that, until it is one of the `voters` again.',
      }),
    ),
    voters: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Who votes, as the cluster itself has it, where that is known.',
      }),
    ),
  },
  {
    results: {
      others: 'Members by what is written down that `members` does not name.',
      outside: 'Hosts whose server is of no cluster yet.',
      removed: 'Those of `members` that were removed, and whose server has still data of a member.',
      tolerance: 'How many of the members that are written down may fail before the cluster stops.',
    },
    checkMode: 'Says whether the record would be written. Nothing is.',
  },
);

export type VaultClusterArguments = Static<typeof schema>;
