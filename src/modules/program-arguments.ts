import {Type} from 'typebox';
import {absolutePath, secretString} from './argument-types.ts';

// Imported by schemas only, at build time.

const guardPath = (description: string) =>
  Type.String({
    description,
    pattern: '^[^*?\\[\\u0000\\n]+$',
    mustBe: 'one path, without wildcards',
  });

/** What every module that runs a program takes, besides the program. */
export const programArguments = {
  chdir: Type.Optional(
    absolutePath({description: 'The directory to run it in. By default the home of the user.'}),
  ),
  creates: Type.Optional(guardPath('Run it only while this path does not exist. Relative to `chdir`.')),
  removes: Type.Optional(guardPath('Run it only while this path exists. Relative to `chdir`.')),
  stdin: Type.Optional(secretString({description: 'What the program reads on its standard input.'})),
  stdin_add_newline: Type.Optional(
    Type.Boolean({description: 'End the standard input with a newline.', default: true}),
  ),
  timeout: Type.Optional(
    Type.Number({
      description: 'Seconds until it is killed, with all that it started.',
      exclusiveMinimum: 0,
      default: 3600,
    }),
  ),
};

/** What such a module says of its results and of check mode. */
export const programNotes = {
  results: {
    rc: 'The exit code. Every other than 0 is a failure, unless `failed_when` says otherwise.',
    stdout: 'What it wrote to its standard output, without newlines at the end.',
    stderr: 'The same of its standard error.',
    stdout_lines: '`stdout` as a list of lines.',
    stderr_lines: '`stderr` as a list of lines.',
  },
  checkMode:
    'It is not run, and its result is unknown; what it may do makes everything after it on that host unknown, unless `creates` or `removes` says that it would not run. With `reads_only: true` it is run, as long as nothing is planned before it on that host.',
};
