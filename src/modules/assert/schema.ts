import {Type} from 'typebox';
import {argumentsOf, secretString} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    that: Type.Unsafe<string | readonly string[]>({
      type: ['string', 'array'],
      items: {type: 'string', expression: true},
      minItems: 1,
      expression: true,
      description: 'The conditions that must hold, in CEL, as in `when`. Without `{{ }}`.',
    }),
    fail_msg: Type.Optional(
      secretString({description: 'What is said when one does not hold. By default the condition itself.'}),
    ),
    attention: Type.Optional(
      Type.Boolean({
        description:
          'What does not hold stops nothing: it is told at the end of the run, whose exit code is then 3 where nothing is wrong.',
        default: false,
      }),
    ),
    success_msg: Type.Optional(
      secretString({description: 'What is said when all hold. By default nothing.'}),
    ),
  },
  {retired: {msg: "its name is 'fail_msg'", quiet: 'leave it out'}},
);
