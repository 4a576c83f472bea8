import {Type} from 'typebox';
import {accountName, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: accountName({description: 'The name of the group.'}),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {description: 'Whether the group is there.', default: 'present'}),
    ),
    system: Type.Optional(
      Type.Boolean({
        description: 'Make a new group a system group. An existing one is left as it is.',
        default: false,
      }),
    ),
    gid: Type.Optional(
      Type.Integer({
        description: 'The group number. By default the next that is free.',
        minimum: 0,
        maximum: 4294967294,
      }),
    ),
  },
  {
    rules: [{rule: 'only-with', arguments: ['system', 'gid'], argument: 'state', values: ['present']}],
  },
);

export type GroupArguments = Static<typeof schema>;
