import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

const namePart = {pattern: '^[^/\\u0000\\n]*$', mustBe: 'a part of a name, without slashes'};

export const schema = argumentsOf(
  {
    state: Type.Optional(Type.Enum(['file', 'directory'], {description: 'What is made.', default: 'file'})),
    path: Type.Optional(absolutePath({description: 'The directory that it is made in.', default: '/tmp'})),
    prefix: Type.Optional(Type.String({description: 'How its name begins.', default: 'vprov.', ...namePart})),
    suffix: Type.Optional(Type.String({description: 'How its name ends.', ...namePart})),
  },
  {
    results: {
      path: 'What was made: a file with mode 0600, or a directory with mode 0700, of the user that the task runs as.',
      state: '`file` or `directory`.',
    },
    checkMode: 'Nothing is made, and the result is unknown.',
  },
);

export type TempfileArguments = Static<typeof schema>;
