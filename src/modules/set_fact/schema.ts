import {Type} from 'typebox';

export const schema = Type.Object(
  {
    cacheable: Type.Optional(
      Type.Unsafe<never>({
        not: {},
        mustBe: 'left out',
        description:
          'Not here: what is set is known to the rest of the run, and no cache keeps it for the next.',
      }),
    ),
  },
  {
    description: 'Variables by name, for the rest of the run.',
    minProperties: 1,
    additionalProperties: {secret: true},
  },
);
