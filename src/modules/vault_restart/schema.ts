import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultPeers, vaultToken} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    unit: Type.Optional(Type.String({description: 'The unit of the server.', default: 'vault.service'})),
    which: Type.Optional(
      Type.Enum(['owed', 'all'], {
        description:
          '`owed`: those for which a handler that restarts the unit is noted on the host, and whose unit was not started since.',
        default: 'owed',
      }),
    ),
    peers: vaultPeers,
    token: vaultToken,
  },
  {checkMode: 'Says which members would be restarted, and in which order. Nothing is opened.'},
);

export type VaultRestartArguments = Static<typeof schema>;
