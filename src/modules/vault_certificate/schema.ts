import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';
import {vaultAuthority, vaultKeysArguments, vaultRecipients} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    name: vaultKeysArguments.name,
    ca: vaultAuthority,
    ...vaultRecipients,
    names: Type.Array(Type.String({minLength: 1}), {
      description: 'The names and addresses by which the server is reached, IPv6 with brackets or without.',
      minItems: 1,
    }),
    dir: absolutePath({
      description: 'The directory on the host, which exists, for `server.crt`, `server.key` and `ca.crt`.',
    }),
    group: Type.Optional(
      Type.String({description: 'Whose members may read the key.', minLength: 1, default: 'vault'}),
    ),
    days: Type.Optional(
      Type.Integer({
        description: 'How long a certificate lasts. It is renewed when two thirds of that are over.',
        minimum: 2,
        maximum: 3650,
        default: 730,
      }),
    ),
  },
  {
    checkMode: 'Says whether a certificate would be made, and why. Nothing is opened or made.',
  },
);

export type VaultCertificateArguments = Static<typeof schema>;
