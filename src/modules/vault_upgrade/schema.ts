import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';
import {vaultKeysArguments, vaultPeers} from '../vault-keys-arguments.ts';

export const schema = argumentsOf(
  {
    ...vaultKeysArguments,
    version: Type.String({description: 'What they are to run.', minLength: 1}),
    dir: absolutePath({
      description:
        'Where versions of the program stand side by side, `DIR/VERSION/PROGRAM`. That of `version` is there already.',
    }),
    program: Type.String({
      description: "The program's name.",
      pattern: '^[0-9A-Za-z_.-]+$',
      mustBe: 'a name without a path',
    }),
    link: absolutePath({description: 'What the unit starts: a link that leads to one of them.'}),
    unit: Type.Optional(Type.String({description: 'The unit of the server.', default: 'vault.service'})),
    peers: vaultPeers,
    members: Type.Enum(['standbys', 'all'], {
      description: '`standbys`: all but the active one. `all`: the active one, too, after the others.',
    }),
  },
  {checkMode: 'Says which members would be upgraded. Nothing is opened.'},
);

export type VaultUpgradeArguments = Static<typeof schema>;
