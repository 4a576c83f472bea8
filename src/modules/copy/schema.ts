import {Type} from 'typebox';
import {
  absolutePath,
  argumentsOf,
  mode,
  ownership,
  placement,
  type Static,
  secretString,
} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    src: Type.Optional(
      Type.String({
        description:
          'A local file or directory, in `files/` of the role or beside the playbook. With a slash at its end: what is in the directory, not the directory itself.',
        minLength: 1,
      }),
    ),
    content: Type.Optional(
      secretString({
        description: 'The contents themselves. End them with a newline where the file shall end with one.',
      }),
    ),
    dest: absolutePath({
      description:
        'The file on the host. With a slash at its end: the directory that gets the file under its local name. Of a directory: the one that gets it, made where it is not there.',
    }),
    ...ownership,
    directory_mode: Type.Optional(
      mode('Permissions of the directories of a tree, as `mode` has them for its files.'),
    ),
    local_follow: Type.Optional(
      Type.Boolean({
        description: 'Links in a local directory are copied as what they lead to. `false`: as links.',
        default: true,
      }),
    ),
    ...placement,
  },
  {
    rules: [
      {rule: 'one-of', arguments: ['src', 'content']},
      {rule: 'only-beside', arguments: ['directory_mode'], beside: ['src']},
    ],
    retired: {
      backup: 'leave it out: the last three versions of a file are kept, and vprov undo brings them back',
      remote_src: 'a file of the host is not copied; use command with cp and creates',
      force: 'use command with creates for what must be written only once',
      decrypt: 'encrypted files are not supported yet: they are copied as they are',
    },
  },
);

export type CopyArguments = Static<typeof schema>;
