import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';
import {releaseArguments, sourceArguments} from '../release-arguments.ts';

export const schema = argumentsOf(
  {
    ...releaseArguments,
    ...sourceArguments,
    fetch: Type.Optional(
      Type.Boolean({
        description:
          'Also see to it that the program for the host is at hand: verified, and written down in `vprov.lock`. Nothing goes to the host; a release that cannot be had fails here, before anything is changed.',
        default: false,
      }),
    ),
  },
  {
    results: {version: 'The version, also where `auto` was asked for.'},
    checkMode: 'As a run, without fetching anything.',
  },
);

export type ReleaseInfoArguments = Static<typeof schema>;
