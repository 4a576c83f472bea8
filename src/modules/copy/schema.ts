import {Type} from 'typebox';
import {
  absolutePath,
  argumentsOf,
  ownership,
  placement,
  type Static,
  secretString,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    src: Type.Optional(
      Type.String({
        description: 'A local file, in `files/` of the role or beside the playbook.',
        pattern: '[^/]$',
        mustBe: 'a file, not a directory',
        hint: 'loop over the files of a directory',
      }),
    ),
    content: Type.Optional(
      secretString({
        description: 'The contents themselves. End them with a newline where the file shall end with one.',
      }),
    ),
    dest: absolutePath({
      description:
        'The file on the host. With a slash at its end: the directory that gets the file under its local name.',
    }),
    ...ownership,
    ...placement,
  },
  {
    rules: [{rule: 'one-of', arguments: ['src', 'content']}],
    retired: {
      backup: 'previous versions are not kept yet: copy the file away by a task before',
      remote_src: 'a file of the host is not copied; use command with cp and creates',
      directory_mode: 'make the directory by file with state: directory',
      force: 'use command with creates for what must be written only once',
      decrypt: 'encrypted files are not supported yet: they are copied as they are',
    },
  },
);

export type CopyArguments = Static<typeof schema>;
