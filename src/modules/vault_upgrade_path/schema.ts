import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    url: vaultKeysArguments.url,
    product: Type.Enum(['openbao', 'vault'], {description: 'Which server it is.'}),
    version: Type.String({description: 'Where it goes to. Back is refused.', minLength: 1}),
  },
  {
    results: {
      from: 'What those run who are not there yet.',
      old: 'Their names in the inventory.',
      notes: 'What changed in between and was written down here, by version.',
    },
    checkMode:
      'As a run, as long as nothing is planned before it on that host; after that the result is unknown.',
  },
);

export type VaultUpgradePathArguments = Static<typeof schema>;
