import type {CodeTable} from '../errors/index.ts';

/** What cannot be said to a shell. */
export const shellCodes = {
  SHL001: {
    title: 'a NUL in a word',
    explanation:
      'No argument, name or path of a program can hold a NUL: it ends there. Such bytes come from files like `/proc/PID/cmdline`. In a shell command, `tr` makes something else of them: `tr "\\0" " "`. As the contents of a file they are allowed.',
  },
} as const satisfies CodeTable;
