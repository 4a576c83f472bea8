import {Type} from 'typebox';
import {anyValue, argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    msg: Type.Optional(anyValue({description: 'What is shown: a text, or any value.'})),
    var: Type.Optional(
      Type.String({
        description: 'An expression whose value is shown: a variable, or a path below one.',
        expression: true,
      }),
    ),
    remind: Type.Optional(
      Type.Boolean({
        description:
          'It is told at the end of the run instead, once for all hosts of which the same is said. The exit code is as ever.',
        default: false,
      }),
    ),
  },
  {
    rules: [{rule: 'one-of', arguments: ['msg', 'var']}],
    results: {msg: 'What was shown.'},
    retired: {verbosity: 'leave it out'},
  },
);
