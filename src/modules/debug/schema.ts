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
  },
  {
    rules: [{rule: 'one-of', arguments: ['msg', 'var']}],
    results: {msg: 'What was shown.'},
    retired: {verbosity: 'leave it out'},
  },
);
