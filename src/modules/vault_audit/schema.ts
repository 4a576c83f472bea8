import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {
  vaultInsideArguments,
  vaultInsideCheckMode,
  vaultPath,
  vaultState,
} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    path: vaultPath('The name of the device.'),
    type: Type.Optional(Type.String({description: 'What it is: `file`, `syslog`, `socket`.', minLength: 1})),
    description: Type.Optional(Type.String({description: 'What it is for, in words.'})),
    options: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string | number | boolean>>>({
        type: 'object',
        description: 'As the device has them: `file_path`, `mode`, `log_raw` and so on.',
        additionalProperties: {type: ['string', 'number', 'boolean']},
      }),
    ),
    local: Type.Optional(Type.Boolean({description: 'Not replicated to other clusters.'})),
    state: vaultState(
      'A device cannot be changed in place, and is not made anew: between the two, requests would go unseen. OpenBao takes devices from its configuration alone, unless that says otherwise (`unsafe_allow_api_audit_creation`).',
    ),
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['type']},
      {
        rule: 'only-with',
        arguments: ['type', 'description', 'options', 'local'],
        argument: 'state',
        values: ['present'],
      },
    ],
  },
);

export type VaultAuditArguments = Static<typeof schema>;
