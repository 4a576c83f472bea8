import {Type} from 'typebox';
import {
  argumentsOf,
  editedPath,
  ownership,
  placement,
  retiredOfEdits,
  type Static,
  secretString,
  secretStrings,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    path: editedPath,
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description:
          '`present`: the option has this value, its section is there. `absent`: the option, or without one the section, is not there.',
        default: 'present',
      }),
    ),
    section: Type.Optional(
      Type.String({
        description: 'The section, without brackets. Without it: what stands before the first section.',
        pattern: '^[^\\n\\]]+$',
        mustBe: 'one line without brackets',
      }),
    ),
    option: Type.Optional(
      Type.String({
        description: 'The name of the option. Without it the section itself is meant.',
        pattern: '^[^\\n=#;\\[ \\t][^\\n=]*$',
        mustBe: 'the name of an option',
      }),
    ),
    value: Type.Optional(secretString({description: 'Its value.'})),
    values: Type.Optional(
      secretStrings({description: 'Its values, where an option may stand several times.'}),
    ),
    exclusive: Type.Optional(
      Type.Boolean({
        description:
          'The option has no other values. `false` adds to those that are there, or with `absent` takes only those named away.',
        default: true,
      }),
    ),
    allow_no_value: Type.Optional(
      Type.Boolean({description: 'The option stands there without a value and `=`.', default: false}),
    ),
    no_extra_spaces: Type.Optional(Type.Boolean({description: 'Write `a=b`, not `a = b`.', default: false})),
    ignore_spaces: Type.Optional(
      Type.Boolean({
        description: 'A line that differs only in the spaces around `=` stays as it is.',
        default: false,
      }),
    ),
    create: Type.Optional(
      Type.Boolean({
        description: 'Make the file where there is none. Its directory must be there.',
        default: true,
      }),
    ),
    ...ownership,
    ...placement,
  },
  {
    rules: [
      {rule: 'some-of', arguments: ['section', 'option']},
      {rule: 'not-both', arguments: ['value', 'values', 'allow_no_value']},
      {
        rule: 'only-beside',
        arguments: ['value', 'values', 'allow_no_value', 'exclusive'],
        beside: ['option'],
      },
      {
        rule: 'only-with',
        arguments: ['allow_no_value', 'no_extra_spaces', 'ignore_spaces', 'create'],
        argument: 'state',
        values: ['present'],
      },
    ],
    retired: {
      ...retiredOfEdits,
      section_has: 'one of several sections of the same name is not looked for: use blockinfile',
      modify_inactive_option:
        'leave it out: a line that is commented out is used when there is no other of its name',
    },
  },
);

export type IniFileArguments = Static<typeof schema>;
