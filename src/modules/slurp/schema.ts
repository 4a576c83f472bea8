import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {src: absolutePath({description: 'The file on the host, of at most 16 MiB.'})},
  {
    results: {
      content: 'What is in it, in base64: `base64_decode r.content` is the text.',
      encoding: '`base64`.',
      source: 'The file.',
    },
    checkMode:
      'It reads, as long as nothing is planned before it on that host; after that the result is unknown.',
    retired: {path: "its name is 'src'"},
  },
);

export type SlurpArguments = Static<typeof schema>;
