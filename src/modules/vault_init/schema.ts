import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultRecipients, vaultRecord} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    ...vaultRecipients,
    pgp_keys: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^\\s*(-----BEGIN PGP PUBLIC KEY BLOCK-----|[A-Za-z0-9+/=\\s]+$)',
          mustBe: 'a public key of OpenPGP, as gpg --armor --export prints it',
        }),
        {
          description:
            'Public keys of OpenPGP that the server itself encrypts the shares to, in armour or base64: one for each share, or one for all. Their plaintext is never seen here; `gpg` opens them when a member is unsealed. That it does is seen before.',
          minItems: 1,
        },
      ),
    ),
    held_elsewhere: Type.Optional(
      Type.Boolean({
        description:
          'Fewer shares than unseal need be opened on this machine: other people have the rest of `pgp_keys`.',
        default: false,
      }),
    ),
    record: Type.Optional(vaultRecord),
    members: Type.Array(Type.String(), {
      description:
        'All members of the cluster, by their names in the inventory. Each must be here and say that it is not initialised. The first that the play has is where the cluster begins.',
      minItems: 1,
    }),
    without: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Members that may be missing, each by its name: one that is off.',
      }),
    ),
    shares: Type.Optional(
      Type.Integer({
        description: 'Into how many shares the key is split.',
        minimum: 1,
        maximum: 255,
        default: 5,
      }),
    ),
    threshold: Type.Optional(
      Type.Integer({description: 'How many of them unseal a member.', minimum: 1, maximum: 255, default: 3}),
    ),
    peers: Type.Optional(
      Type.String({
        description:
          "The members' APIs as this host reaches them, separated by blanks: those named in `without` are asked, too. None may be initialised.",
      }),
    ),
    leftover: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "Directories on this host that hold a server's data and that no server here uses: where there are any, nothing is initialised.",
      }),
    ),
    unit: Type.Optional(
      Type.String({
        description: 'The unit of the server, which is stopped only to begin anew where the keys were lost.',
        default: 'vault.service',
      }),
    ),
    data_dir: absolutePath({
      description:
        "The storage's directory. Where an initialisation was interrupted and its keys were lost, what is in it is moved aside, never deleted.",
    }),
  },
  {
    checkMode: 'Says whether the cluster would be initialised, and where.',
    results: {began_anew: 'Whether data of an interrupted initialisation were moved aside.'},
  },
);

export type VaultInitArguments = Static<typeof schema>;
