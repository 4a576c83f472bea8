import {Type} from 'typebox';
import type {ValueMap} from '../../values/index.ts';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultRecord} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    found: Type.Unsafe<ValueMap>({
      type: 'object',
      description: 'What [`vault_discover`](#vault_discover) found on the host: `found` of its result.',
    }),
    adopt: Type.Optional(
      Type.Enum(['no', 'as_found'], {
        description: '`as_found`: what is there is to be kept as it is, whoever made it.',
        default: 'no',
      }),
    ),
    name: Type.Optional(
      Type.String({description: 'The name of the cluster that is meant, with `record`.', minLength: 1}),
    ),
    record: Type.Optional(vaultRecord),
  },
  {
    checkMode: 'As a run.',
  },
);

export type VaultKnownArguments = Static<typeof schema>;
