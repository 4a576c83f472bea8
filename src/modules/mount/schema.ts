import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

const field = (description: string, more: object = {}) =>
  Type.Optional(Type.String({description, pattern: '^[^\\n]+$', mustBe: 'one line', ...more}));

export const schema = argumentsOf(
  {
    path: absolutePath({description: 'Where it is mounted.'}),
    src: field('What is mounted: a device, `UUID=…`, `//server/share`, a directory.'),
    fstype: field('The type of the file system; `none` for a bind mount.'),
    opts: field('The options.', {default: 'defaults'}),
    dump: Type.Optional(Type.Integer({description: 'Field 5 of fstab.', minimum: 0, default: 0})),
    passno: Type.Optional(Type.Integer({description: 'Field 6 of fstab.', minimum: 0, default: 0})),
    fstab: Type.Optional(absolutePath({description: 'The table.', default: '/etc/fstab'})),
    state: Type.Enum(['mounted', 'present', 'unmounted', 'absent', 'ephemeral'], {
      description:
        '`mounted`: now and at boot; its directory is made. `present`: in the table only. `unmounted`: not now, the table stays. `absent`: neither. `ephemeral`: now only.',
    }),
  },
  {
    rules: [
      {
        rule: 'needs',
        argument: 'state',
        values: ['mounted', 'present', 'ephemeral'],
        needs: ['src'],
      },
      {
        rule: 'needs',
        argument: 'state',
        values: ['mounted', 'present', 'ephemeral'],
        needs: ['fstype'],
      },
      {
        rule: 'only-with',
        arguments: ['src', 'fstype', 'opts'],
        argument: 'state',
        values: ['mounted', 'present', 'ephemeral'],
      },
      {
        rule: 'only-with',
        arguments: ['dump', 'passno'],
        argument: 'state',
        values: ['mounted', 'present'],
      },
    ],
    retired: {
      name: "its name is 'path'",
      boot: 'add noauto to opts',
      opts_no_log: 'use no_log of the task',
      backup: 'leave it out: the last three versions of a file are kept, and vprov undo brings them back',
    },
  },
);

export type MountArguments = Static<typeof schema>;
