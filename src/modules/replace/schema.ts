import {Type} from 'typebox';
import {
  argumentsOf,
  editedPath,
  ownership,
  pattern,
  placement,
  retiredOfEdits,
  type Static,
  secretString,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    path: editedPath,
    regexp: pattern({
      description:
        'Every part of the text that fits this pattern is replaced. `^` and `$` stand for the ends of a line (flag `m`).',
    }),
    replace: Type.Optional(
      secretString({
        description:
          'What comes in its place, nothing by default. `\\1` and `\\g<name>` are groups of `regexp`, `\\n` is a newline, `\\\\` a backslash.',
      }),
    ),
    after: Type.Optional(
      pattern({
        description: 'Only what comes after the first part that fits this. `.` fits newlines too.',
      }),
    ),
    before: Type.Optional(
      pattern({
        description:
          'Only what comes before this: with `after` its first match from there, else the last of the file. `.` fits newlines too.',
      }),
    ),
    ...ownership,
    ...placement,
  },
  {retired: retiredOfEdits},
);

export type ReplaceArguments = Static<typeof schema>;
