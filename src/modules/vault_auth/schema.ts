import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {
  vaultDuration,
  vaultInsideArguments,
  vaultInsideCheckMode,
  vaultList,
  vaultLoses,
  vaultPath,
  vaultState,
} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    path: vaultPath('Where it is, as `userpass` or `team/approle`.'),
    type: Type.Optional(
      Type.String({
        description: 'What it is: `approle`, `userpass`, `jwt`, `cert` and so on.',
        minLength: 1,
      }),
    ),
    description: Type.Optional(Type.String({description: 'What it is for, in words.'})),
    options: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        description: 'As the method has them.',
        additionalProperties: {type: 'string'},
      }),
    ),
    default_lease_ttl: Type.Optional(
      vaultDuration('How long a lease lasts where nobody asks for another time.'),
    ),
    max_lease_ttl: Type.Optional(vaultDuration('How long a lease may last.')),
    listing_visibility: Type.Optional(
      Type.Enum(['hidden', 'unauth'], {
        description: 'Whether the user interface shows it before anybody has logged in.',
      }),
    ),
    audit_non_hmac_request_keys: Type.Optional(
      vaultList('Fields of requests that audit devices write as they are.'),
    ),
    audit_non_hmac_response_keys: Type.Optional(
      vaultList('Fields of answers that audit devices write as they are.'),
    ),
    passthrough_request_headers: Type.Optional(vaultList('Headers of requests that it is handed.')),
    allowed_response_headers: Type.Optional(vaultList('Headers that its answers may have.')),
    token_type: Type.Optional(
      Type.Enum(['default-service', 'default-batch', 'service', 'batch'], {
        description: 'What sort of token it gives.',
      }),
    ),
    local: Type.Optional(
      Type.Boolean({description: 'Not replicated to other clusters; decided when it is mounted.'}),
    ),
    seal_wrap: Type.Optional(
      Type.Boolean({description: 'Sealed once more where the seal can do that; decided when it is mounted.'}),
    ),
    state: vaultState(
      '`absent`: it goes, with all that is in it. What cannot be changed in place (its type, a kv engine back to version 1) is refused, and never mounted anew.',
    ),
    lose_data: vaultLoses,
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['type']},
      {
        rule: 'only-with',
        arguments: [
          'type',
          'description',
          'options',
          'default_lease_ttl',
          'max_lease_ttl',
          'listing_visibility',
          'audit_non_hmac_request_keys',
          'audit_non_hmac_response_keys',
          'passthrough_request_headers',
          'allowed_response_headers',
          'token_type',
          'local',
          'seal_wrap',
        ],
        argument: 'state',
        values: ['present'],
      },
      {rule: 'only-with', arguments: ['lose_data'], argument: 'state', values: ['absent']},
    ],
  },
);

export type VaultAuthArguments = Static<typeof schema>;
