import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    file: Type.String({
      minLength: 1,
      description:
        'Looked for in `vars/` of the role, beside the file that names it, in `vars/` beside the playbook, beside the playbook.',
    }),
    name: Type.Optional(
      Type.String({description: 'The variable that gets them all, as a map. Without it each is one.'}),
    ),
  },
  {
    retired: {
      dir: 'name each file, in a loop',
      depth: 'name each file, in a loop',
      extensions: 'leave it out',
    },
  },
);
