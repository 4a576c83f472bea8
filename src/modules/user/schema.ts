import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: accountName({description: 'The login name.'}),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {description: 'Whether the user is there.', default: 'present'}),
    ),
    system: Type.Optional(
      Type.Boolean({
        description: 'Make a new user a system user. An existing one is left as it is.',
        default: false,
      }),
    ),
    uid: Type.Optional(
      Type.Integer({
        description: 'The user number. By default the next that is free.',
        minimum: 0,
        maximum: 4294967294,
      }),
    ),
    group: Type.Optional(
      accountName({description: 'The primary group. A new user has one of its own name by default.'}),
    ),
    groups: Type.Optional(
      Type.Array(accountName({description: 'The name of a group.'}), {
        description: 'Further groups that the user is in. Others are kept.',
        hint: 'write a list: [adm, video]',
      }),
    ),
    home: Type.Optional(
      absolutePath({description: 'The home directory, as the account says it. It is not moved.'}),
    ),
    create_home: Type.Optional(
      Type.Boolean({
        description:
          'Make the home directory of a new user. By default for all but system users. An existing user gets none.',
      }),
    ),
    shell: Type.Optional(absolutePath({description: 'The login shell.'})),
    comment: Type.Optional(
      Type.String({
        description: 'The full name or purpose (GECOS).',
        pattern: '^[^:\\n]*$',
        mustBe: 'one line without colons',
      }),
    ),
  },
  {
    rules: [
      {
        rule: 'only-with',
        arguments: ['system', 'uid', 'group', 'groups', 'home', 'create_home', 'shell', 'comment'],
        argument: 'state',
        values: ['present'],
      },
    ],
    retired: {
      append: 'leave it out: groups that are not named are kept',
      remove: 'remove the home by file with state: absent',
      createhome: "its name is 'create_home'",
      password: 'passwords are not managed; use keys',
    },
  },
);

export type UserArguments = Static<typeof schema>;
