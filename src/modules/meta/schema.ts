import {Type} from 'typebox';
import {argumentsOf} from '../argument-types.ts';

export const schema = argumentsOf({
  action: Type.Enum(['flush_handlers'], {
    description: '`flush_handlers`: run the handlers that are owed now, not only at the end of the play.',
  }),
});
