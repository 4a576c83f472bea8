import {Type} from 'typebox';
import {secretString} from './argument-types.ts';
import {vaultKeysArguments} from './vault-keys-arguments.ts';
import type {SchemaNotes} from './vocabulary.ts';

/** Which server, and as whom: what every module for what is inside one takes. */
export const vaultInsideArguments = {
  url: vaultKeysArguments.url,
  keys: Type.Optional({
    ...vaultKeysArguments.keys,
    description:
      "The file of the cluster's keys on this machine, encrypted with age: vprov logs in with what it made itself there. Relative to the folder that vprov runs in.",
  }),
  token: Type.Optional(
    secretString({
      description: "A token to do it with, in the place of vprov's own login; an empty one is none.",
    }),
  ),
};

/** What check mode does, for all of them. */
export const vaultInsideCheckMode =
  'Exact: the server is asked what is there. Unknown where it is not initialised, unsealed or mounted before the run makes it so.';

/** A path below which something is mounted, or a name in it. */
export function vaultPath(description: string) {
  return Type.String({
    description,
    pattern: '^(?!(.*/)?\\.\\.?(/|$))[^/\\s?#%]+(/[^/\\s?#%]+)*$',
    mustBe: 'a path without / at its ends, and without . and .. as a name, blanks, ?, # and %',
  });
}

export function vaultDuration(description: string) {
  return vaultSpan(description, "; `0` is the server's own default");
}

/** A duration that is never nothing. */
export function vaultSpan(description: string, more = '') {
  return Type.String({
    description: `${description} \`768h\`, \`20m\`, \`7d\` or whole seconds${more}.`,
    pattern: '^([0-9]+|([0-9]+(\\.[0-9]+)?(d|h|m|s|ms))+|system)$',
    mustBe: 'a duration: 768h, 20m, 7d, or seconds',
  });
}

export function vaultList(description: string) {
  return Type.Array(Type.String({minLength: 1}), {description: `${description} Their order means nothing.`});
}

export function vaultState(description: string) {
  return Type.Optional(Type.Enum(['present', 'absent'], {description, default: 'present'}));
}

/** What makes `state: absent` meant, where data go with it. */
const vaultLoses = Type.Optional(
  Type.Boolean({
    description:
      'Must be `true` for `state: absent`: what is in it goes with it, and nothing brings it back.',
    default: false,
  }),
);

/** What is tuned of whatever is mounted, an engine or an auth method. */
const vaultTuning = {
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
  local: Type.Optional(
    Type.Boolean({description: 'Not replicated to other clusters; decided when it is mounted.'}),
  ),
  seal_wrap: Type.Optional(
    Type.Boolean({description: 'Sealed once more where the seal can do that; decided when it is mounted.'}),
  ),
};

/** What is said of whatever is mounted, beside what it is. */
export const vaultMountedArguments = {
  ...vaultTuning,
  state: vaultState(
    '`absent`: it goes, with all that is in it. What cannot be changed in place (its type, a kv engine back to version 1) is refused, and never mounted anew.',
  ),
  lose_data: vaultLoses,
  ...vaultInsideArguments,
};

/** @param own what it has beside what all have */
export function vaultMountedNotes(own: readonly string[] = []): SchemaNotes {
  return {
    checkMode: vaultInsideCheckMode,
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['type']},
      {
        rule: 'only-with',
        arguments: ['type', 'description', 'options', ...Object.keys(vaultTuning), ...own],
        argument: 'state',
        values: ['present'],
      },
      {rule: 'only-with', arguments: ['lose_data'], argument: 'state', values: ['absent']},
    ],
  };
}
