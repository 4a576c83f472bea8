import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {},
  {
    results: {
      found:
        'What there is: `servers` (each with `product`, `program`, `unit`, `files`, `storage`, `path`, `nodeId`, `listeners` and, where it answers, its `status`), `isOurs`, `unusedFiles`, `unusedData`, `unitFiles`, `packages`. Nothing in it is secret.',
      bare: 'Whether there is nothing at all.',
    },
    checkMode: 'As a run.',
  },
);

export type VaultDiscoverArguments = Static<typeof schema>;
