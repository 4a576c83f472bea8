import {posix} from 'node:path';
import {
  isRefusal,
  pathWant,
  type Refusal,
  type StateView,
  type UserState,
  userRef,
} from '../../resources/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {editedFile, type TextEdit} from '../text-edit.ts';
import {keysOf, withKeys, withoutKeys} from './edit.ts';
import type {AuthorizedKeyArguments} from './schema.ts';

export const authorizedKey: StateModule<AuthorizedKeyArguments> = {
  type: 'state',
  name: 'authorized_key',
  summary: 'Lets somebody log in by a public key, or no longer',
  scope: 'host',

  check({key}): readonly ArgumentProblem[] {
    if (keysOf(key).every((one) => one !== undefined)) return [];
    return [
      {
        argument: 'key',
        message: 'has a line that is no public key',
        hint: 'the template function file gives the text of a file; an address is not fetched',
      },
    ];
  },

  reads: ({user}) => [userRef(user)],

  /** Where the file is, only the account tells: it is asked for when that is known. */
  want(args, seen) {
    const place = placeOf(args, seen);
    if (isRefusal(place)) return place;
    const keys = keysOf(args.key).flatMap((one) => one ?? []);
    if (args.state === 'absent') return editedFile(place.file, seen, 'leave', withoutKeys(keys));
    const file = editedFile(place.file, seen, 'create', withKeys(keys, args));
    return isRefusal(file) ? file : [...place.directory, ...file];
  },
};

interface Place {
  readonly file: TextEdit;
  readonly directory: readonly ReturnType<typeof pathWant>[];
}

function placeOf(args: AuthorizedKeyArguments, seen: StateView): Place | Refusal {
  const {user, path, manage_dir: manages = true, state} = args;
  const observed = seen.get<UserState>(userRef(user));
  if (observed.status !== 'present')
    return {
      refused: `user '${user}' does not exist on the host, and no task before this one makes it`,
      hint: `make it before with a task 'user: {name: ${user}}'`,
    };
  const {home, group} = observed.state;
  if (group === undefined || (path === undefined && home === undefined))
    throw new UnknownRead(new Unknown(`home and group of user ${user} show when it is made`));
  const file = path ?? posix.join(home ?? '/', '.ssh/authorized_keys');
  const owner = {owner: user, group};
  const directory =
    manages && path === undefined && state !== 'absent'
      ? [pathWant(posix.dirname(file), {type: 'directory', mode: '0700', ...owner})]
      : [];
  return {file: {path: file, mode: '0600', ...owner}, directory};
}
