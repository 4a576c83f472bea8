import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultMountedArguments, vaultMountedNotes, vaultPath} from '../vault-inside-arguments.ts';

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
    ...vaultMountedArguments,
  },
  vaultMountedNotes(),
);

export type VaultMountArguments = Static<typeof schema>;
