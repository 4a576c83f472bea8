import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {
  vaultDuration,
  vaultInsideArguments,
  vaultInsideCheckMode,
  vaultList,
  vaultPath,
  vaultState,
} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The name of the role.',
      // Of framework.GenericNameRegex, https://github.com/openbao/openbao/blob/main/sdk/framework/path.go
      pattern: '^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$',
      mustBe: 'a name of letters a to z, which servers make small, digits and _, and of - and . between them',
    }),
    mount: Type.Optional({
      ...vaultPath('Where the method approle is.'),
      default: 'approle',
    }),
    bind_secret_id: Type.Optional(
      Type.Boolean({description: 'Whether a secret id is asked for, beside the role id.'}),
    ),
    secret_id_bound_cidrs: Type.Optional(vaultList('Blocks of addresses that a secret id may be used from.')),
    secret_id_num_uses: Type.Optional(
      Type.Integer({description: 'How often a secret id may be used; 0: as often as one likes.', minimum: 0}),
    ),
    secret_id_ttl: Type.Optional(vaultDuration('How long a secret id lasts; 0: for ever.')),
    local_secret_ids: Type.Optional(
      Type.Boolean({
        description: 'Secret ids are not replicated to other clusters; decided when the role is made.',
      }),
    ),
    token_policies: Type.Optional(vaultList('The policies of whoever logs in.')),
    token_ttl: Type.Optional(vaultDuration('How long a token lasts.')),
    token_max_ttl: Type.Optional(vaultDuration('How long a token may be renewed.')),
    token_explicit_max_ttl: Type.Optional(
      vaultDuration('How long a token lasts at most, whatever else is set.'),
    ),
    token_period: Type.Optional(vaultDuration('A token that is renewed within this time never ends.')),
    token_bound_cidrs: Type.Optional(vaultList('Blocks of addresses that a token may be used from.')),
    token_num_uses: Type.Optional(
      Type.Integer({description: 'How often a token may be used; 0: as often as one likes.', minimum: 0}),
    ),
    token_no_default_policy: Type.Optional(Type.Boolean({description: 'Without the policy default.'})),
    token_type: Type.Optional(
      Type.Enum(['default', 'service', 'batch', 'default-service', 'default-batch'], {
        description:
          'What sort of token it gives; `default`: as the method says. `default-service` and `default-batch` are `service` and `batch` here.',
      }),
    ),
    state: vaultState(
      '`present`: what is not named stays as it is. `absent`: the role goes, and its secret ids with it. A secret id is made by whoever needs one; vprov never sees it.',
    ),
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {
        rule: 'only-with',
        arguments: [
          'bind_secret_id',
          'secret_id_bound_cidrs',
          'secret_id_num_uses',
          'secret_id_ttl',
          'local_secret_ids',
          'token_policies',
          'token_ttl',
          'token_max_ttl',
          'token_explicit_max_ttl',
          'token_period',
          'token_bound_cidrs',
          'token_num_uses',
          'token_no_default_policy',
          'token_type',
        ],
        argument: 'state',
        values: ['present'],
      },
    ],
  },
);

export type VaultApproleArguments = Static<typeof schema>;
