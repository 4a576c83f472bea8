import {Type} from 'typebox';
import {absolutePath, argumentsOf, mode, ownership, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    path: absolutePath({description: 'The path to manage.'}),
    state: Type.Optional(
      Type.Enum(['file', 'directory', 'link', 'absent'], {
        description:
          '`file`: a file that is there gets these attributes. `directory`: made, with what is missing above it. `link`: a symbolic link. `absent`: removed, a directory with all below it.',
        default: 'file',
      }),
    ),
    ...ownership,
    recurse: Type.Optional(
      Type.Boolean({
        description:
          'Mode, owner and group are those of all files and directories below, too. Links are left as they are.',
        default: false,
      }),
    ),
    directory_mode: Type.Optional(
      mode('With `recurse`: permissions of directories, where files shall have others.'),
    ),
    target: Type.Optional(
      Type.String({
        description: 'What a link points to, absolute or relative to the link.',
        pattern: '^[^\\u0000\\n]+$',
        mustBe: 'one line, and not empty',
      }),
    ),
    src: Type.Optional(
      Type.String({
        description: 'Another name of `target`.',
        pattern: '^[^\\u0000\\n]+$',
        mustBe: 'one line, and not empty',
      }),
    ),
    follow: Type.Optional(
      Type.Boolean({
        description:
          'Manage what the path links to. A link in the place of a file or directory is refused otherwise.',
        default: false,
      }),
    ),
    force: Type.Optional(
      Type.Boolean({description: 'Put a link in the place of a file or an empty directory.', default: false}),
    ),
  },
  {
    rules: [
      {rule: 'not-both', arguments: ['target', 'src']},
      {rule: 'needs', argument: 'state', values: ['link'], needs: ['target', 'src']},
      {rule: 'only-with', arguments: ['target', 'src', 'force'], argument: 'state', values: ['link']},
      {rule: 'only-with', arguments: ['follow'], argument: 'state', values: ['file', 'directory']},
      {rule: 'only-with', arguments: ['recurse'], argument: 'state', values: ['directory']},
      {rule: 'only-beside', arguments: ['directory_mode'], beside: ['recurse']},
      {rule: 'only-with', arguments: ['mode'], argument: 'state', values: ['file', 'directory']},
      {
        rule: 'only-with',
        arguments: ['owner', 'group'],
        argument: 'state',
        values: ['file', 'directory', 'link'],
      },
    ],
    retired: {
      dest: "its name is 'path'",
      name: "its name is 'path'",
      modification_time: "times are not managed; an empty file is made by copy with content: ''",
      access_time: "times are not managed; an empty file is made by copy with content: ''",
    },
  },
);

export type FileArguments = Static<typeof schema>;
