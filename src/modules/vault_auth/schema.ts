import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {
  vaultInsideArguments,
  vaultInsideCheckMode,
  vaultLoses,
  vaultPath,
  vaultState,
  vaultTuning,
} from '../vault-inside-arguments.ts';

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
    ...vaultTuning,
    state: vaultState(
      '`absent`: it goes, with all that is in it. What cannot be changed in place (its type, a kv engine back to version 1) is refused, and never mounted anew.',
    ),
    lose_data: vaultLoses,
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['type']},
      {
        rule: 'only-with',
        arguments: ['type', 'description', 'options', ...Object.keys(vaultTuning), 'token_type'],
        argument: 'state',
        values: ['present'],
      },
      {rule: 'only-with', arguments: ['lose_data'], argument: 'state', values: ['absent']},
    ],
  },
);

export type VaultAuthArguments = Static<typeof schema>;
