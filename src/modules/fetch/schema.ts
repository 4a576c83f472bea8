import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    src: absolutePath({description: 'The file on the host, of at most 64 MiB.'}),
    dest: Type.String({
      description:
        'The directory of this machine that gets `HOST/PATH` for it, relative to the playbook. With `flat` the file itself, or with a slash at its end its directory.',
      pattern: '^[^\\u0000]+$',
      mustBe: 'a local path',
    }),
    flat: Type.Optional(
      Type.Boolean({description: 'Without the names of host and directories in between.', default: false}),
    ),
    fail_on_missing: Type.Optional(
      Type.Boolean({description: 'A file that is not there is a failure.', default: true}),
    ),
  },
  {
    results: {
      dest: 'The local file.',
      checksum: 'Its SHA-256, compared with that on the host.',
      file: 'The file on the host.',
    },
    checkMode: 'Nothing is read or written, and the result is unknown.',
    retired: {
      validate_checksum: 'leave it out: what came is always compared with what is there',
    },
  },
);

export type FetchArguments = Static<typeof schema>;
