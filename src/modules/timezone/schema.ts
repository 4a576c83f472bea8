import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The time zone, such as `Europe/Berlin`.',
      pattern: '^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$',
      mustBe: 'a time zone such as Europe/Berlin',
    }),
  },
  {retired: {hwclock: 'leave it out: the hardware clock runs in UTC', tz: "its name is 'name'"}},
);

export type TimezoneArguments = Static<typeof schema>;
