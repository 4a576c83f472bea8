import {Type} from 'typebox';

const hostName = 'The same as `name`.';
const groupNames = 'The same as `groups`.';

export const schema = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description: 'The host, in the inventory or not. A port may stand behind it: `web3:2222`.',
        minLength: 1,
      }),
    ),
    hostname: Type.Optional(Type.String({description: hostName, minLength: 1})),
    host: Type.Optional(
      Type.String({
        description: 'The same as `name`; beside it, the variable `host`: the address of the host.',
        minLength: 1,
      }),
    ),
    groups: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        description: 'The groups that it is put into, new ones among them: a list, or names between commas.',
        type: ['string', 'array'],
        items: {type: 'string'},
      }),
    ),
    group: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        description: groupNames,
        type: ['string', 'array'],
        items: {type: 'string'},
      }),
    ),
    groupname: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        description: groupNames,
        type: ['string', 'array'],
        items: {type: 'string'},
      }),
    ),
  },
  {
    description: 'Whatever else is given becomes a variable of the host.',
    additionalProperties: {secret: true},
    rules: [
      {rule: 'some-of', arguments: ['name', 'hostname', 'host']},
      {rule: 'not-both', arguments: ['name', 'hostname']},
      {rule: 'not-both', arguments: ['groups', 'group', 'groupname']},
    ],
    results: {add_host: 'Its name and its groups, as `host_name` and `groups`.'},
    checkMode: 'As in a run. Where a name is not known yet, neither are the groups from there on.',
  },
);
