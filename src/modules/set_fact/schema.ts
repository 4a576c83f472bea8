import {Type} from 'typebox';

export const schema = Type.Object(
  {},
  {
    description: 'Variables by name, for the rest of the run.',
    minProperties: 1,
    additionalProperties: {secret: true},
  },
);
