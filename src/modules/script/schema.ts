import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static, secretString} from '../argument-types.ts';
import {programArguments, programNotes} from '../program-arguments.ts';

export const schema = argumentsOf(
  {
    cmd: secretString({
      description:
        'A local script, in `files/` of the role or beside the playbook, and its arguments, split into words as for `command`.',
    }),
    executable: Type.Optional(
      absolutePath({
        description: 'The program of the host that runs it. By default its own first line says.',
      }),
    ),
    ...programArguments,
  },
  {
    rules: [{rule: 'only-beside', arguments: ['stdin_add_newline'], beside: ['stdin']}],
    ...programNotes,
    retired: {
      _raw_params: "its name is 'cmd'",
      free_form: "its name is 'cmd'",
      decrypt: 'encrypted files are not supported yet',
    },
  },
);

export type ScriptArguments = Static<typeof schema>;
