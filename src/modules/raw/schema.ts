import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static, secretString} from '../argument-types.ts';
import {programArguments, programNotes} from '../program-arguments.ts';

export const schema = argumentsOf(
  {
    cmd: secretString({
      description:
        'The command, as the shell reads it. What a variable puts into it is read by the shell too: `quote` makes one word of it.',
    }),
    executable: Type.Optional(
      absolutePath({description: 'The shell that runs it, with `-c`.', default: '/bin/sh'}),
    ),
    ...programArguments,
  },
  {
    rules: [{rule: 'only-beside', arguments: ['stdin_add_newline'], beside: ['stdin']}],
    ...programNotes,
    retired: {warn: 'leave it out', _raw_params: "its name is 'cmd'", free_form: "its name is 'cmd'"},
  },
);

export type RawArguments = Static<typeof schema>;
