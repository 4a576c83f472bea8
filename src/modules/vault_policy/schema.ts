import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultInsideArguments, vaultInsideCheckMode, vaultState} from '../vault-inside-arguments.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The name of the policy.',
      pattern: '^(?!\\.\\.?$)[^A-Z/\\s?#%]+$',
      mustBe: 'a name without capitals, which servers make small, and without blanks, /, ?, # and %',
    }),
    policy: Type.Optional(
      Type.String({
        description:
          'Its text, HCL or JSON, as it is to stand there. Empty lines at its end mean nothing. A file: `{{ file "policies/web.hcl" }}`.',
        minLength: 1,
      }),
    ),
    state: vaultState('Whether it is there.'),
    ...vaultInsideArguments,
  },
  {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['policy']},
      {rule: 'only-with', arguments: ['policy'], argument: 'state', values: ['present']},
    ],
  },
);

export type VaultPolicyArguments = Static<typeof schema>;
