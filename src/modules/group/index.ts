import {groupWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {GroupArguments} from './schema.ts';

export const group: StateModule<GroupArguments> = {
  type: 'state',
  name: 'group',
  summary: 'Makes, changes or removes a group',
  scope: 'host',

  want({name, state = 'present', ...attributes}) {
    return [groupWant(name, state === 'absent' ? 'absent' : attributes)];
  },
};
