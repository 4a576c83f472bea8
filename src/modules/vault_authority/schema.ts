import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultAuthority, vaultKeysArguments, vaultRecipients} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {name: vaultKeysArguments.name, ca: vaultAuthority, ...vaultRecipients},
  {checkMode: 'Says whether an authority would be made. Nothing is made or opened.'},
);

export type VaultAuthorityArguments = Static<typeof schema>;
