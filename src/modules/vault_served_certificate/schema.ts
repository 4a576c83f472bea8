import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    url: Type.String({
      description: 'The API of the server as its host sees it.',
      pattern: '^https://[^/]+$',
    }),
    file: absolutePath({description: "Its certificate, the server's own first."}),
    timeout: Type.Optional(
      Type.Number({
        description: 'Seconds until it must serve it: it may have been told a moment ago to read it anew.',
        default: 10,
        minimum: 0,
      }),
    ),
  },
  {
    checkMode:
      'As a run, as long as nothing is planned before it on that host; after that the result is unknown.',
  },
);

export type VaultServedCertificateArguments = Static<typeof schema>;
