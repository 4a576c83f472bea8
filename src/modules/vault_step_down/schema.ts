import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {...vaultKeysArguments},
  {checkMode: 'Says which member would step down. Nothing is opened.'},
);

export type VaultStepDownArguments = Static<typeof schema>;
