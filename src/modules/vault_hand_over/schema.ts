import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecipients} from '../vault-keys-arguments.ts';

const {timeout: _, ...which} = vaultKeysArguments;

export const schema = argumentsOf(
  {...which, ...vaultRecipients},
  {checkMode: 'Says whether it would be done. Nothing is opened.'},
);

export type VaultHandOverArguments = Static<typeof schema>;
