import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    timeout: Type.Optional(
      Type.Number({description: 'Seconds to wait at most.', exclusiveMinimum: 0, default: 600}),
    ),
    delay: Type.Optional(
      Type.Number({description: 'Seconds before the first look.', minimum: 0, default: 0}),
    ),
    sleep: Type.Optional(
      Type.Number({description: 'Seconds between two looks.', exclusiveMinimum: 0, default: 1}),
    ),
  },
  {
    results: {elapsed: 'Whole seconds that it took.'},
    checkMode: 'It waits, as long as nothing is planned before it on that host.',
    retired: {connect_timeout: 'set timeout for the host in the inventory'},
  },
);

export type WaitForConnectionArguments = Static<typeof schema>;
