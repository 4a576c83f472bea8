import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

const from = (what: string) =>
  Type.Optional(Type.String({minLength: 1, description: `The file of ${what} instead of \`main\`.`}));

export const schema = argumentsOf(
  {
    name: Type.String({minLength: 1, description: 'The role.'}),
    tasks_from: from('tasks'),
    handlers_from: from('handlers'),
    defaults_from: from('defaults'),
    vars_from: from('variables'),
    public: Type.Optional(
      Type.Boolean({
        description:
          'All tasks of the play see the defaults of the role. Only where its name is no template.',
        default: false,
      }),
    ),
    apply: Type.Optional(
      Type.Object(
        {},
        {
          description: "Keywords that each of the role's tasks is given: `{become: true, tags: [web]}`.",
          additionalProperties: {},
        },
      ),
    ),
  },
  {
    retired: {
      allow_duplicates: 'leave it out: an include runs as often as it stands there',
      rolespec_validate: "leave it out: values are checked by the role's meta/arguments.yml",
    },
  },
);
