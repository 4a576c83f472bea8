import {normalPath, userWant} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import type {UserArguments} from './schema.ts';

export const user: StateModule<UserArguments> = {
  type: 'state',
  name: 'user',
  summary: 'Makes, changes or removes a user',
  scope: 'host',

  want({name, state = 'present', create_home: createHome, home, ...attributes}) {
    if (state === 'absent') return [userWant(name, 'absent')];
    return [
      userWant(name, {
        ...attributes,
        ...(home === undefined ? {} : {home: normalPath(home)}),
        createHome: createHome ?? !attributes.system,
      }),
    ];
  },
};
