import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    key: Type.String({
      description: 'The group, in the inventory or not. Blanks in it become dashes.',
      minLength: 1,
    }),
    parents: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        description: 'Groups whose child it becomes: a list, or names between commas.',
        type: ['string', 'array'],
        items: {type: 'string'},
      }),
    ),
  },
  {
    results: {add_group: 'The group.', parent_groups: 'Its parents.'},
    checkMode: 'As in a run. Where the key is not known yet, neither are the groups from there on.',
  },
);
