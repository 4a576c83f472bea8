import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecipients, vaultToken} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    ...vaultRecipients,
    folder: Type.String({
      description:
        'Where it is kept on this machine, relative to the folder that vprov runs in: `NAME-ID-TIME-INDEX.snap.age`, for its owner alone.',
      minLength: 1,
    }),
    token: vaultToken,
    needed: Type.Optional(
      Type.Boolean({
        description: 'Whether this host is about to be changed. Where none of them is, nothing is saved.',
        default: true,
      }),
    ),
    once: Type.Optional(
      Type.Boolean({
        description: 'Only where there is none of this cluster in the folder yet.',
        default: false,
      }),
    ),
  },
  {
    results: {
      file: 'Where it is. `age --decrypt` makes of it what the server restores.',
      index: 'Of the last entry that is in it.',
      term: 'Of that entry.',
      peers: 'Ids of the members at that time.',
      bytes: 'How large the state in it is.',
    },
    checkMode: 'Says that it would save one. Nothing is asked of the server.',
  },
);

export type VaultSnapshotArguments = Static<typeof schema>;
