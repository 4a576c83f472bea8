import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

const stringOrStrings = (description: string) =>
  Type.Unsafe<string | readonly string[]>({
    type: ['string', 'array'],
    items: {type: 'string'},
    minItems: 1,
    description,
  });

export const schema = argumentsOf(
  {
    paths: stringOrStrings('The directories to look in: absolute paths.'),
    patterns: Type.Optional(
      stringOrStrings('Names that are meant, with `*`, `?` and `[…]` as in a shell. All by default.'),
    ),
    excludes: Type.Optional(stringOrStrings('Names that are not meant after all.')),
    use_regex: Type.Optional(
      Type.Boolean({
        description: 'The patterns are regular expressions for the whole name.',
        default: false,
      }),
    ),
    file_type: Type.Optional(
      Type.Enum(['file', 'directory', 'link', 'any'], {description: 'What is meant.', default: 'file'}),
    ),
    recurse: Type.Optional(
      Type.Boolean({description: 'Look into the directories below too.', default: false}),
    ),
    depth: Type.Optional(
      Type.Integer({description: 'With `recurse`: how far down, 1 is the directory itself.', minimum: 1}),
    ),
    hidden: Type.Optional(
      Type.Boolean({description: 'Names that begin with a dot are meant too.', default: false}),
    ),
    age: Type.Optional(
      Type.String({
        description: 'At least this old: `30s`, `10m`, `4h`, `2d`, `1w`; with a `-` in front at most.',
        pattern: '^-?[0-9]+[smhdw]?$',
        mustBe: 'a time such as 30s, 10m, 4h, 2d or 1w',
      }),
    ),
    size: Type.Optional(
      Type.String({
        description: 'At least this large: `1024`, `10k`, `2m`, `1g`; with a `-` in front at most.',
        pattern: '^-?[0-9]+[bkmgt]?$',
        mustBe: 'a size such as 1024, 10k, 2m or 1g',
      }),
    ),
  },
  {
    rules: [{rule: 'only-beside', arguments: ['depth'], beside: ['recurse']}],
    results: {
      files: 'A list of what was found, each as `stat` tells it, sorted by path.',
      matched: 'How many they are.',
      examined: 'How many were looked at.',
    },
    checkMode:
      'It looks, as long as nothing is planned before it on that host; after that the result is unknown.',
    retired: {
      path: "its name is 'paths'",
      name: "its name is 'paths'",
      pattern: "its name is 'patterns'",
      exclude: "its name is 'excludes'",
      contains: 'use command with grep -l and reads_only: true',
      read_whole_file: 'use command with grep -l and reads_only: true',
      age_stamp: 'it is always the time of the last change of the contents (mtime)',
      follow: 'links are not followed',
      get_checksum: 'use stat on what was found',
      checksum_algorithm: 'use stat on what was found',
      mode: 'use when on what was found',
      exact_mode: 'use when on what was found',
      limit: 'leave it out: 100 000 paths are the most that is looked at',
    },
  },
);

export type FindArguments = Static<typeof schema>;
