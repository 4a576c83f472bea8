import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

const noReload =
  'leave it out: vprov sees when a unit file has changed, and reloads before it acts on the unit';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The unit. Without a suffix it is a service.',
      pattern: '^[A-Za-z0-9:_.\\\\-]+(@[A-Za-z0-9:_.\\\\-]+)?$',
      mustBe: 'the name of a unit',
    }),
    state: Type.Optional(
      Type.Enum(['started', 'stopped', 'restarted', 'reloaded'], {
        description:
          '`started` and `stopped` are states. `restarted` and `reloaded` happen each time, so they belong into handlers.',
      }),
    ),
    enabled: Type.Optional(Type.Boolean({description: 'Whether it starts at boot.'})),
    only_if: Type.Optional(
      Type.String({
        description:
          'A command for /bin/sh on the host, run in the moment before the unit is stopped, restarted or reloaded. Unless it succeeds, nothing is done and the task fails: for what may have changed since a task before asked. Check mode does not run it.',
        minLength: 1,
      }),
    ),
    only_running: Type.Optional(
      Type.Boolean({
        description:
          'With `restarted` or `reloaded`: a unit that does not run is left as it is, since it will read its new files when it starts (`systemctl try-restart`).',
      }),
    ),
    verify: Type.Optional(
      Type.String({
        description:
          'A command for /bin/sh on the host, run once the unit was restarted or reloaded. Unless it succeeds the task fails, with what it said: `systemctl reload` sends a signal, and is content with that. `$since` in its environment is the moment before, for `journalctl --since=$since`. Check mode does not run it.',
        minLength: 1,
      }),
    ),
    masked: Type.Optional(Type.Boolean({description: 'Whether it cannot be started at all, by nobody.'})),
  },
  {
    rules: [{rule: 'some-of', arguments: ['state', 'enabled', 'masked']}],
    retired: {
      daemon_reload: noReload,
      'daemon-reload': noReload,
      daemon_reexec: noReload,
      unit: "its name is 'name'",
      service: "its name is 'name'",
      no_block: 'leave it out: a unit that was started is watched until it stands',
    },
  },
);

export type SystemdArguments = Static<typeof schema>;
