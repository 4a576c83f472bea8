import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    seconds: Type.Optional(Type.Number({description: 'Seconds to wait.', minimum: 0})),
    minutes: Type.Optional(Type.Number({description: 'Minutes to wait.', minimum: 0})),
  },
  {
    rules: [{rule: 'one-of', arguments: ['seconds', 'minutes']}],
    results: {delta: 'Whole seconds that it took.'},
    checkMode: 'It waits, as long as nothing is planned before it on that host; after that it does not.',
    retired: {
      prompt: 'a run asks nobody: use vars_prompt of the play, or --step',
      echo: 'a run asks nobody: use vars_prompt of the play, or --step',
    },
  },
);

export type PauseArguments = Static<typeof schema>;
