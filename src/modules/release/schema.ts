import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static} from '../argument-types.ts';
import {releaseArguments} from '../release-arguments.ts';

export const schema = argumentsOf(
  {
    ...releaseArguments,
    site: Type.Optional(
      Type.String({
        description:
          "A mirror with the layout of the product's own site: a folder (relative to the playbook), `file:`, `http:` or `https:`. By default the product's own site.",
        minLength: 1,
      }),
    ),
    key: Type.Optional(
      Type.String({
        description:
          'A local file with armoured public keys, relative to the playbook: who is in it is trusted beside the publisher.',
        minLength: 1,
      }),
    ),
    allow_expired_key: Type.Optional(
      Type.Boolean({
        description:
          'Take a signature that was made while its key was valid, though the key has expired since.',
        default: false,
      }),
    ),
    inspect: Type.Optional(
      Type.Boolean({
        description:
          'Look into the program before it is sent: one that is built for another machine, or for a newer ARM, is refused.',
        default: true,
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
        description: 'The arguments with which it is tried. It has to end with exit code 0.',
        default: ['version'],
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
