import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The host, as ssh is called with it. With another port than 22: `[host]:port`.',
      pattern: '^[^\\s,|]+$',
      mustBe: 'a name, an address, or [host]:port',
    }),
    key: Type.Optional(
      Type.String({
        description:
          'Its keys, one a line: `ssh-ed25519 AAAA…`, as in the host’s .pub files, or with the name in front as in known_hosts.',
      }),
    ),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description: '`present`: these keys, each the only one of its type. `absent`: no key of the host.',
        default: 'present',
      }),
    ),
    path: Type.Optional(
      absolutePath({
        description: 'The file. By default the one for all users.',
        default: '/etc/ssh/ssh_known_hosts',
      }),
    ),
  },
  {
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['key']},
      {rule: 'only-with', arguments: ['key'], argument: 'state', values: ['present']},
    ],
    retired: {
      host: "its name is 'name'",
      hash_host: 'leave it out: names are written as they are; those that are hashed are found too',
    },
  },
);

export type KnownHostsArguments = Static<typeof schema>;
