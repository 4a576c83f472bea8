import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: vaultKeysArguments.name,
    url: vaultKeysArguments.url,
    keys: vaultKeysArguments.keys,
    state: Type.Enum(['held', 'released'], {
      description:
        '`held`: where `cleanup_dead_servers` evicts who is not heard of for less than 30 minutes, it is off for now, and noted beside `keys`. `released`: what was noted is put back.',
    }),
  },
  {checkMode: 'Says that it would ask. Nothing is asked.'},
);

export type VaultAutopilotGuardArguments = Static<typeof schema>;
