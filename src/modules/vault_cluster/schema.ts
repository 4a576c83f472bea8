import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecord} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: vaultKeysArguments.name,
    url: vaultKeysArguments.url,
    record: vaultRecord,
    members: Type.Array(Type.String(), {description: 'Its members, by their names in raft.', minItems: 1}),
  },
  {checkMode: 'Says whether the record would be written. Nothing is.'},
);

export type VaultClusterArguments = Static<typeof schema>;
