import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The name of the host.',
      pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?$',
      mustBe: 'a name of at most 64 letters, digits, - and .',
    }),
  },
  {retired: {use: 'leave it out: /etc/hostname and the kernel have the name on every Linux'}},
);

export type HostnameArguments = Static<typeof schema>;
