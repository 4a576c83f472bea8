import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultInsideArguments, vaultInsideCheckMode, vaultSpan} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    cleanup_dead_servers: Type.Optional(
      Type.Boolean({
        description:
          'Members that were not heard of for long are evicted, for good. An upgrade by vprov, which holds that off, is not disturbed: what it will put back counts.',
      }),
    ),
    dead_server_last_contact_threshold: Type.Optional(vaultSpan('For how long, at least a minute.')),
    min_quorum: Type.Optional(
      Type.Integer({
        description: 'Nobody is evicted where fewer voters than that would stay: at least 3.',
        minimum: 1,
      }),
    ),
    last_contact_threshold: Type.Optional(
      vaultSpan('A member that the active one has not heard of for longer is ailing.'),
    ),
    max_trailing_logs: Type.Optional(
      Type.Integer({description: 'One that is behind by more entries is ailing.', minimum: 1}),
    ),
    server_stabilization_time: Type.Optional(
      vaultSpan('How long a new member must be well before it votes.'),
    ),
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {
        rule: 'some-of',
        arguments: [
          'cleanup_dead_servers',
          'dead_server_last_contact_threshold',
          'min_quorum',
          'last_contact_threshold',
          'max_trailing_logs',
          'server_stabilization_time',
        ],
      },
    ],
  },
);

export type VaultAutopilotArguments = Static<typeof schema>;
