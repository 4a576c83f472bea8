import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    user: accountName({description: 'Who may log in.'}),
    key: Type.String({description: 'The public keys, one a line, as in a .pub file.'}),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description: 'Whether these keys let somebody in.',
        default: 'present',
      }),
    ),
    exclusive: Type.Optional(Type.Boolean({description: 'And no others.', default: false})),
    key_options: Type.Optional(
      Type.String({
        description: 'Options in front of the keys, such as `restrict,command="…"`.',
        pattern: '^[^\\n]+$',
        mustBe: 'one line',
      }),
    ),
    comment: Type.Optional(
      Type.String({
        description: 'The comment behind the keys, instead of their own.',
        pattern: '^[^\\n]+$',
        mustBe: 'one line',
      }),
    ),
    path: Type.Optional(
      absolutePath({description: 'The file. By default `.ssh/authorized_keys` in the home of the user.'}),
    ),
    manage_dir: Type.Optional(
      Type.Boolean({
        description: 'The directory of the file belongs to the user, with mode 0700. Not with `path`.',
        default: true,
      }),
    ),
  },
  {
    rules: [
      {
        rule: 'only-with',
        arguments: ['exclusive', 'key_options', 'comment'],
        argument: 'state',
        values: ['present'],
      },
    ],
    retired: {
      follow: 'a link is refused: name the file by path',
      validate_certs: 'a key is given as text: use {{ file … }}',
    },
  },
);

export type AuthorizedKeyArguments = Static<typeof schema>;
