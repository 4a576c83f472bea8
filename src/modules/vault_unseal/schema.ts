import {Type} from 'typebox';
import {argumentsOf, type Static, secretStrings} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecord} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    keys: Type.Optional(vaultKeysArguments.keys),
    shares: Type.Optional(
      secretStrings({
        description:
          'The shares themselves, from `vars_prompt`, a command, the environment. They go before `keys`.',
      }),
    ),
    record: Type.Optional(vaultRecord),
    member: Type.Optional(
      Type.String({
        description:
          'This host, by its name in raft: who was removed, by what is written down, is not unsealed.',
        minLength: 1,
      }),
    ),
  },
  {
    rules: [{rule: 'some-of', arguments: ['keys', 'shares']}],
    results: {took_ms: 'Milliseconds until it was unsealed.'},
    checkMode: 'Says whether it would unseal the server. Nothing is opened.',
  },
);

export type VaultUnsealArguments = Static<typeof schema>;
