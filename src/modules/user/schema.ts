import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static, secretString} from '../argument-types.ts';

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
        description: 'Further groups that the user is in.',
        hint: 'write a list: [adm, video]',
      }),
    ),
    append: Type.Optional(
      Type.Boolean({
        description: 'Other groups that the user is in are kept. `false` takes them away.',
        default: true,
      }),
    ),
    password: Type.Optional(
      secretString({
        description: 'The hash of the password, as in /etc/shadow; `!` or `*` for none that fits.',
      }),
    ),
    update_password: Type.Optional(
      Type.Enum(['always', 'on_create'], {
        description: 'Whether a user that is there gets the password too.',
        default: 'always',
      }),
    ),
    home: Type.Optional(
      absolutePath({
        description:
          'The home directory, as the account says it: `/home/NAME` of a new user by default. It is not moved.',
      }),
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
        arguments: [
          'system',
          'uid',
          'group',
          'groups',
          'append',
          'home',
          'create_home',
          'shell',
          'comment',
          'password',
          'update_password',
        ],
        argument: 'state',
        values: ['present'],
      },
      {rule: 'only-beside', arguments: ['append'], beside: ['groups']},
      {rule: 'only-beside', arguments: ['update_password'], beside: ['password']},
    ],
    retired: {
      generate_ssh_key: 'run ssh-keygen by command with creates',
      ssh_key_file: 'run ssh-keygen by command with creates',
      ssh_key_bits: 'run ssh-keygen by command with creates',
      ssh_key_type: 'run ssh-keygen by command with creates',
      ssh_key_comment: 'run ssh-keygen by command with creates',
      ssh_key_passphrase: 'run ssh-keygen by command with creates',
      move_home: 'a home that is in use is not moved',
      password_lock: "password: '!' lets no password in",
      expires: 'use command with chage',
      non_unique: 'every user has a number of its own',
      skeleton: 'copy the files by tasks',
      remove: 'remove the home by file with state: absent',
      createhome: "its name is 'create_home'",
    },
  },
);

export type UserArguments = Static<typeof schema>;
