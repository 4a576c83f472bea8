import {Type} from 'typebox';
import {argumentsOf, secretString} from '../argument-types.ts';

export const schema = argumentsOf({
  msg: Type.Optional(secretString({description: 'What is said.', default: 'the play asked to fail here'})),
});
