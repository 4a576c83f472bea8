import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static, secretString} from '../argument-types.ts';
import {months, weekdays} from './fields.ts';

/**
 * Values, ranges and steps of them, with commas between.
 * @param value the pattern of one value
 * @param step the pattern of a step: one beyond all values would only ever mean the first of them
 */
const field = (description: string, value: string, step: string) =>
  Type.Optional(
    Type.String({
      description,
      pattern: `^${part(value, step)}(,${part(value, step)})*$`,
      mustBe: 'a field of a crontab, such as 5, */10 or 1-5',
      default: '*',
    }),
  );

function part(value: string, step: string): string {
  return `(\\*|(${value})(-(${value}))?)(/0*(${step}))?`;
}

/** Names in any case, as cron takes them. */
function wordPattern(words: readonly string[]): string {
  const inAnyCase = (word: string): string =>
    [...word].map((letter) => `[${letter}${letter.toUpperCase()}]`).join('');
  return words.map(inAnyCase).join('|');
}

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'What the entry is found by: a comment before it, or with `env` the name of the variable.',
      pattern: '^[^\\n]+$',
      mustBe: 'one line',
    }),
    job: Type.Optional(
      secretString({description: 'The command, or with `env` the value of the variable. One line.'}),
    ),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {description: 'Whether the entry is there.', default: 'present'}),
    ),
    minute: field('0 to 59.', '0?[0-9]|[1-5][0-9]', '[1-9]|[1-5][0-9]|60'),
    hour: field('0 to 23.', '0?[0-9]|1[0-9]|2[0-3]', '[1-9]|1[0-9]|2[0-4]'),
    day: field('Of the month, 1 to 31.', '0?[1-9]|[12][0-9]|3[01]', '[1-9]|[12][0-9]|3[01]'),
    month: field(
      '1 to 12, or the first three letters of its name.',
      `0?[1-9]|1[0-2]|${wordPattern(months)}`,
      '[1-9]|1[0-2]',
    ),
    weekday: field(
      '0 (Sunday) to 6, or the first three letters of its name.',
      `0?[0-7]|${wordPattern(weekdays)}`,
      '[1-7]',
    ),
    special_time: Type.Optional(
      Type.Enum(['reboot', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'annually'], {
        description: 'Instead of the fields.',
      }),
    ),
    disabled: Type.Optional(
      Type.Boolean({description: 'Keep the entry, but commented out.', default: false}),
    ),
    env: Type.Optional(
      Type.Boolean({description: 'A variable for the entries after it, at the top.', default: false}),
    ),
    user: Type.Optional(
      accountName({
        description: 'Whose crontab it is, or with `cron_file` as whom the command runs. By default root.',
      }),
    ),
    cron_file: Type.Optional(
      absolutePath({
        description:
          'A file in /etc/cron.d instead of the crontab of a user. It is made where it is missing.',
      }),
    ),
  },
  {
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['job']},
      {
        rule: 'only-with',
        arguments: ['job', 'minute', 'hour', 'day', 'month', 'weekday', 'special_time', 'disabled'],
        argument: 'state',
        values: ['present'],
      },
      ...(['minute', 'hour', 'day', 'month', 'weekday'] as const).map(
        (name) => ({rule: 'not-both', arguments: ['special_time', name]}) as const,
      ),
    ],
    retired: {
      value: "its name is 'job'",
      dom: "its name is 'day'",
      dow: "its name is 'weekday'",
      reboot: 'special_time: reboot',
      backup: 'leave it out: the last three versions of a file are kept, and vprov undo brings them back',
      insertafter: 'leave it out: variables come to the top',
      insertbefore: 'leave it out: variables come to the top',
    },
  },
);

export type CronArguments = Static<typeof schema>;
