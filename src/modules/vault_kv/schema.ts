import {Type} from 'typebox';
import type {Value} from '../../values/index.ts';
import {argumentsOf, type Static} from '../argument-types.ts';
import {
  vaultInsideArguments,
  vaultInsideCheckMode,
  vaultPath,
  vaultState,
} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    mount: vaultPath('Where the kv engine is mounted. Of which version it is, it says itself.'),
    path: vaultPath('Below that, as `vault kv put` takes it: without `data/`.'),
    data: Type.Optional(
      Type.Unsafe<Readonly<Record<string, Value>>>({
        type: 'object',
        description:
          'Keys and their values. All of them count as secret: which keys change is shown, and no value. The values are taken from where secrets are kept: an encrypted file, `pipe://`, a question.',
        minProperties: 1,
        additionalProperties: {secret: true},
      }),
    ),
    exact: Type.Optional(
      Type.Boolean({
        description: 'Keys that are not named are taken away. Otherwise they stay.',
        default: false,
      }),
    ),
    state: vaultState(
      '`absent`: there is nothing to be read any more. Of version 2 the newest version is deleted, and can be brought back (`vault kv undelete`); of version 1 it is gone.',
    ),
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['data']},
      {rule: 'only-with', arguments: ['data', 'exact'], argument: 'state', values: ['present']},
    ],
  },
);

export type VaultKvArguments = Static<typeof schema>;
