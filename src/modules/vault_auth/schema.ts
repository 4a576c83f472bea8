import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultMountedArguments, vaultMountedNotes, vaultPath} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    path: vaultPath('Where it is, as `userpass` or `team/approle`.'),
    type: Type.Optional(
      Type.String({
        description: 'What it is: `approle`, `userpass`, `jwt`, `cert` and so on.',
        minLength: 1,
      }),
    ),
    description: Type.Optional(Type.String({description: 'What it is for, in words.'})),
    options: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string | number | boolean>>>({
        type: 'object',
        description: 'As the method has them.',
        additionalProperties: {type: ['string', 'number', 'boolean']},
      }),
    ),
    token_type: Type.Optional(
      Type.Enum(['default-service', 'default-batch', 'service', 'batch'], {
        description: 'What sort of token it gives.',
      }),
    ),
    ...vaultMountedArguments,
  },
  vaultMountedNotes(['token_type']),
);

export type VaultAuthArguments = Static<typeof schema>;
