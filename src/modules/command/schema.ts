import {Type} from 'typebox';
import {argumentsOf, type Static, secretString, secretStrings} from '../argument-types.ts';
import {programArguments, programNotes} from '../program-arguments.ts';

export const schema = argumentsOf(
  {
    cmd: Type.Optional(
      secretString({
        description:
          'The command, split into words as a shell does. No shell runs it: no pipes, no `>`, no `*`, no `$VARIABLES`.',
      }),
    ),
    argv: Type.Optional(
      secretStrings({
        description: 'The program and its arguments, each as it is. For a shell there is `shell`.',
      }),
    ),
    ...programArguments,
  },
  {
    rules: [
      {rule: 'one-of', arguments: ['cmd', 'argv']},
      {rule: 'only-beside', arguments: ['stdin_add_newline'], beside: ['stdin']},
    ],
    ...programNotes,
    retired: {
      warn: 'leave it out',
      executable: 'no shell is used; the module shell takes executable',
      _raw_params: "its name is 'cmd'",
      strip_empty_ends: 'leave it out',
      expand_argument_vars: 'no variables are expanded; use the module shell',
    },
  },
);

export type CommandArguments = Static<typeof schema>;
