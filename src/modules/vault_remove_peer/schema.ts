import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: vaultKeysArguments.name,
    url: vaultKeysArguments.url,
    keys: vaultKeysArguments.keys,
    node_id: Type.String({description: 'Who is removed, as raft has it.', minLength: 1}),
  },
  {checkMode: 'Says on which member it would be asked. Nothing is opened.'},
);

export type VaultRemovePeerArguments = Static<typeof schema>;
