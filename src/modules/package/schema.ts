import {Type} from 'typebox';
import {argumentsOf, type Static} from '../argument-types.ts';

export const schema = argumentsOf(
  {
    name: Type.Unsafe<string | readonly string[]>({
      type: ['string', 'array'],
      items: {type: 'string'},
      minItems: 1,
      description: 'The package, or a list of them: they are installed in one go.',
    }),
    state: Type.Optional(
      Type.Enum(['present', 'absent', 'latest'], {
        description: '`latest`: the version that would be installed now, by the package lists of the host.',
        default: 'present',
      }),
    ),
  },
  {
    checkMode:
      'What is not there on the host may come with a package that is planned, so it is unknown for the tasks after it.',
    retired: {
      use: 'leave it out: packages are those of Debian and its like; other systems are not managed yet',
    },
  },
);

export type PackageModuleArguments = Static<typeof schema>;
