import {Type} from 'typebox';
import {absolutePath, accountName, argumentsOf, type Static, secretString} from '../argument-types.ts';

const field = (description: string) =>
  Type.Optional(
    Type.String({
      description,
      pattern: '^[A-Za-z0-9*/,-]+$',
      mustBe: 'a field of a crontab, such as 5, */10 or 1-5',
      default: '*',
    }),
  );

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
    minute: field('0 to 59.'),
    hour: field('0 to 23.'),
    day: field('Of the month, 1 to 31.'),
    month: field('1 to 12, or the beginning of its name.'),
    weekday: field('0 (Sunday) to 6, or the beginning of its name.'),
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
      backup: 'previous versions are not kept yet: copy the file away by a task before',
      insertafter: 'leave it out: variables come to the top',
      insertbefore: 'leave it out: variables come to the top',
    },
  },
);

export type CronArguments = Static<typeof schema>;
