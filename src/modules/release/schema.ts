import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static} from '../argument-types.ts';
import {releaseArguments, sourceArguments} from '../release-arguments.ts';

export const schema = argumentsOf(
  {
    ...releaseArguments,
    ...sourceArguments,
    url: Type.Optional(
      Type.String({
        description:
          'Where the program is, when it is no product that is known: a file (relative to the playbook), `file:`, `http:` or `https:`, with the fields `{version}`, `{arch}` (as in the facts: `aarch64`) and `{platform}` (`arm64`). A zip, a tar.gz, or the program itself.',
        minLength: 1,
      }),
    ),
    checksum: Type.Optional(
      Type.Unsafe<string | Readonly<Record<string, string>>>({
        description:
          'With `url`: the SHA-256 of what it gives, as a map by architecture (`aarch64: …`); one alone where it is the same for all.',
        type: ['string', 'object'],
        additionalProperties: {type: 'string'},
      }),
    ),
    platforms: Type.Optional(
      Type.Unsafe<Readonly<Record<string, string>>>({
        type: 'object',
        description:
          'With `url`: what `{platform}` is, by architecture, where it is not `amd64`, `386`, `arm64`, `armv7` and `armv6`.',
        additionalProperties: {type: 'string'},
      }),
    ),
    program: Type.Optional(
      Type.String({
        description: 'With `url`: what the program is called, `name` by default.',
        minLength: 1,
      }),
    ),
    member: Type.Optional(
      Type.String({
        description:
          "With `url`: the program's path in the archive, with the same fields; by default the only file of its name is meant.",
        minLength: 1,
      }),
    ),
    format: Type.Optional(
      Type.Enum(['program', 'tar.gz', 'zip'], {
        description: 'With `url`: what it gives, by default as its ending says.',
      }),
    ),
    signature: Type.Optional(
      Type.String({
        description:
          'With `url`: where a detached OpenPGP signature over what it gives is, with the same fields. `key` says who may have made it.',
        minLength: 1,
      }),
    ),
    dir: Type.Optional(
      absolutePath({
        description:
          'The directory that holds the versions side by side, `/usr/local/lib/NAME` by default. Its parent must be there.',
      }),
    ),
    link: Type.Optional(
      absolutePath({
        description:
          'The link that leads to the version that is wanted, `/usr/local/bin/PROGRAM` by default.',
      }),
    ),
    switch: Type.Optional(
      Type.Boolean({
        description:
          '`false`: the program is put beside the other versions, and the link stays as it is; so do they.',
        default: true,
      }),
    ),
    force: Type.Optional(
      Type.Boolean({description: 'Put the link in the place of a file that is there.', default: false}),
    ),
    user: Type.Optional(
      accountName({
        description:
          'Who tries the program before it takes its place: the user of the service. By default the user of the task.',
      }),
    ),
    smoke: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'The arguments with which it is tried, `[version]` by default, with `url` `[--version]`. It has to end with exit code 0.',
      }),
    ),
    smoke_timeout: Type.Optional(
      Type.Integer({
        description: 'Seconds that it may take for that, on the slowest board.',
        minimum: 1,
        maximum: 600,
        default: 120,
      }),
    ),
  },
  {
    checkMode:
      'Says what a run would send and where the link would lead, without fetching anything. Where the program is there already and its digest stands neither in vprov.lock nor in the cache, it says so.',
  },
);

export type ReleaseArguments = Static<typeof schema>;
