import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

const seconds = (description: string, defaultSeconds: number) =>
  Type.Optional(Type.Number({description, minimum: 0, default: defaultSeconds}));

export const schema = argumentsOf(
  {
    reboot_timeout: seconds('Seconds until the host has to be back.', 600),
    pre_reboot_delay: seconds('Seconds before it is told to.', 0),
    post_reboot_delay: seconds('Seconds to wait once it is back.', 0),
    reboot_command: Type.Optional(
      Type.String({
        description: 'What restarts the host, in its shell. By default `systemctl reboot`, or `reboot`.',
      }),
    ),
    test_command: Type.Optional(
      Type.String({description: 'What has to succeed, in its shell, before the host counts as back.'}),
    ),
    msg: Type.Optional(Type.String({description: 'What users who are logged in are told.'})),
  },
  {
    results: {
      rebooted: 'Whether it has.',
      elapsed: 'Whole seconds that it took.',
    },
    checkMode: 'It is not restarted, and what is on it after that is unknown.',
    retired: {
      connect_timeout: 'set timeout for the host in the inventory',
      boot_time_command: "leave it out: the kernel's boot id tells a restart",
      search_paths: 'give the whole path in reboot_command',
    },
  },
);

export type RebootArguments = Static<typeof schema>;
