import {argumentsOf, type Static} from '../argument-types.ts';
import {releaseArguments} from '../release-arguments.ts';

export const schema = argumentsOf(releaseArguments, {
  results: {version: 'The version, also where `auto` was asked for.'},
  checkMode: 'As a run.',
});

export type ReleaseInfoArguments = Static<typeof schema>;
