import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf({
  file: Type.String({
    minLength: 1,
    description: 'Looked for beside the file that names it, in `tasks/` of the role, beside the playbook.',
  }),
  apply: Type.Optional(
    Type.Object(
      {},
      {
        description: 'Keywords that each of the included tasks is given: `{become: true, tags: [web]}`.',
        additionalProperties: {},
      },
    ),
  ),
});
