import {normalPath, userWant} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import type {UserArguments} from './schema.ts';

export const user: StateModule<UserArguments> = {
  type: 'state',
  name: 'user',
  summary: 'Makes, changes or removes a user',
  scope: 'host',

  check({password}): readonly ArgumentProblem[] {
    const hash = password === undefined ? undefined : reveal(asText(password) ?? []);
    if (hash === undefined || /^(?:[!*]|!?\$[0-9a-z]+\$[^:\n]+$)/.test(hash)) return [];
    return [
      {
        argument: 'password',
        message: 'is no hash, as /etc/shadow has it',
        hint: 'mkpasswd makes one of a password; keep it encrypted',
      },
    ];
  },

  want(args) {
    const {
      name,
      state = 'present',
      create_home: createHome,
      home,
      append,
      password,
      update_password: when,
      ...attributes
    } = args;
    if (state === 'absent') return [userWant(name, 'absent')];
    return [
      userWant(name, {
        ...attributes,
        ...(home === undefined ? {} : {home: normalPath(home)}),
        ...(append === false ? {onlyGroups: true} : {}),
        ...(password === undefined ? {} : {password: asText(password) ?? []}),
        ...(when === 'on_create' ? {passwordOnce: true} : {}),
        createHome: createHome ?? !attributes.system,
      }),
    ];
  },
};
