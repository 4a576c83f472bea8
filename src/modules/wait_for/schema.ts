import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    host: Type.Optional(
      Type.String({
        description: 'The address of the port, as the host sees it.',
        pattern: '^[A-Za-z0-9:._%-]+$',
        mustBe: 'a name or an address',
        default: '127.0.0.1',
      }),
    ),
    port: Type.Optional(Type.Integer({description: 'The port to wait for.', minimum: 1, maximum: 65535})),
    path: Type.Optional(absolutePath({description: 'The path to wait for.'})),
    state: Type.Optional(
      Type.Enum(['started', 'present', 'stopped', 'absent'], {
        description:
          '`started`, `present`: until the port takes connections, or the path exists. `stopped`, `absent`: until it does not.',
        default: 'started',
      }),
    ),
    timeout: Type.Optional(
      Type.Number({description: 'Seconds to wait at most.', exclusiveMinimum: 0, default: 300}),
    ),
    delay: Type.Optional(
      Type.Number({description: 'Seconds before the first look.', minimum: 0, default: 0}),
    ),
    sleep: Type.Optional(
      Type.Number({description: 'Seconds between two looks.', exclusiveMinimum: 0, default: 1}),
    ),
  },
  {
    rules: [
      {rule: 'one-of', arguments: ['port', 'path']},
      {rule: 'only-beside', arguments: ['host'], beside: ['port']},
    ],
    results: {
      state: 'What was waited for.',
      host: 'Of a port.',
      port: 'Of a port.',
      path: 'Of a path.',
      elapsed: 'Whole seconds that it took.',
    },
    checkMode:
      'It waits, as long as nothing is planned before it on that host; after that the result is unknown.',
    retired: {
      search_regex: 'use command with grep, reads_only: true and until',
      connect_timeout: 'leave it out',
      msg: 'leave it out: the message says what was waited for',
    },
  },
);

export type WaitForArguments = Static<typeof schema>;
