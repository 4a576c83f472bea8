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
    path: vaultPath('Where it is mounted, as `kv` or `team/pki`.'),
    type: Type.Optional(
      Type.String({
        description: 'What it is: `kv`, `transit`, `pki`, … `kv-v2` is `kv` with `options: {version: 2}`.',
        minLength: 1,
      }),
    ),
    description: Type.Optional(Type.String({description: 'What it is for, in words.'})),
    options: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string | number | boolean>>>({
        type: 'object',
        description: 'As the engine has them: `{version: 2}` for a kv engine that keeps earlier versions.',
        additionalProperties: {type: ['string', 'number', 'boolean']},
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
        arguments: ['type', 'description', 'options', ...Object.keys(vaultTuning)],
        argument: 'state',
        values: ['present'],
      },
      {rule: 'only-with', arguments: ['lose_data'], argument: 'state', values: ['absent']},
    ],
  },
);

export type VaultMountArguments = Static<typeof schema>;
