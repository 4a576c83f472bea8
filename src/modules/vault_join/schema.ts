import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(vaultKeysArguments, {
  results: {took_ms: 'Milliseconds until it was a member and unsealed.'},
  checkMode: 'Says whether the server would join, and whom.',
});

export type VaultJoinArguments = Static<typeof schema>;
