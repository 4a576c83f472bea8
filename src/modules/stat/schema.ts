import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    path: absolutePath({description: 'The path to look at.'}),
    follow: Type.Optional(Type.Boolean({description: 'Look at what a link leads to.', default: false})),
    get_checksum: Type.Optional(Type.Boolean({description: 'Compute the SHA-256 of a file.', default: true})),
  },
  {
    results: {
      stat: 'What is there: `exists`; and where it does, `path`, `mode`, `isreg`, `isdir`, `islnk`, `size`, `uid`, `gid`, `pw_name`, `gr_name`, `mtime`, `nlink`, `lnk_target`, `lnk_source`, `checksum`.',
    },
    checkMode:
      'It looks, as long as nothing is planned before it on that host; after that the result is unknown.',
    retired: {
      checksum_algorithm: 'it is always SHA-256',
      checksum: 'it is always SHA-256',
      get_md5: 'leave it out',
      get_mime: 'use command with file',
      get_attributes: 'use command with lsattr',
      dest: "its name is 'path'",
      name: "its name is 'path'",
    },
  },
);

export type StatArguments = Static<typeof schema>;
