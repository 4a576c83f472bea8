import {Type} from 'typebox';
import {absolutePath, argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.String({
      description: 'The setting, such as `vm.swappiness`.',
      pattern: '^[A-Za-z0-9_-]+([./][A-Za-z0-9_:-]+)+$',
      mustBe: 'the name of a kernel setting',
    }),
    value: Type.Optional(
      Type.String({
        description: 'Its value.',
        pattern: '^[^\\n]+$',
        mustBe: 'one line',
      }),
    ),
    state: Type.Optional(
      Type.Enum(['present', 'absent'], {
        description:
          '`present`: the kernel has it now, and at the next boot by the file. `absent`: the file does not set it; the running kernel stays as it is.',
        default: 'present',
      }),
    ),
    sysctl_file: Type.Optional(
      absolutePath({description: 'The file that sets it at boot.', default: '/etc/sysctl.d/90-vprov.conf'}),
    ),
  },
  {
    rules: [
      {rule: 'needs', argument: 'state', values: ['present'], needs: ['value']},
      {rule: 'only-with', arguments: ['value'], argument: 'state', values: ['present']},
    ],
    retired: {
      key: "its name is 'name'",
      val: "its name is 'value'",
      sysctl_set: 'leave it out: the running kernel gets the value too',
      reload: 'leave it out: the running kernel gets the value too',
      ignoreerrors: 'leave it out: use when for settings that not every kernel has',
    },
  },
);

export type SysctlArguments = Static<typeof schema>;
