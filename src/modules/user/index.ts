import {
  normalPath,
  type PathWant,
  pathRef,
  pathWant,
  type StateView,
  userRef,
  userWant,
} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {parentsOf} from '../parents.ts';
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

  reads(args) {
    const home = homeOf(args);
    return home === undefined
      ? []
      : [userRef(args.name), ...parentsOf(home).map((parent) => pathRef(parent))];
  },

  want(args, seen) {
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
      ...foldersOfHome(args, seen),
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

/** The home that a new user gets with this. */
function homeOf({
  name,
  state,
  home,
  system,
  create_home: createHome = !system,
}: UserArguments): string | undefined {
  return state === 'absent' || !createHome ? undefined : normalPath(home ?? `/home/${name}`);
}

/** Folders above a new home that are not there: useradd(8) would make them and tell nobody. */
function foldersOfHome(args: UserArguments, seen: StateView): readonly PathWant[] {
  const home = homeOf(args);
  if (home === undefined || seen.get(userRef(args.name)).status !== 'absent') return [];
  const missing: PathWant[] = [];
  for (const parent of parentsOf(home)) {
    if (seen.get(pathRef(parent)).status !== 'absent') break;
    missing.unshift(pathWant(parent, {type: 'directory', mode: '0755', owner: 'root', group: 'root'}));
  }
  return missing;
}
