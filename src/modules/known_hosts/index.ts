import type {ArgumentProblem, StateModule} from '../contract.ts';
import {editedFile, readsOfEdit} from '../text-edit.ts';
import {keysOf, withKeys, withoutHost} from './edit.ts';
import type {KnownHostsArguments} from './schema.ts';

const everybody = '/etc/ssh/ssh_known_hosts';

export const knownHosts: StateModule<KnownHostsArguments> = {
  type: 'state',
  name: 'known_hosts',
  summary: "Keeps a host's keys among those that ssh trusts",
  scope: 'host',

  check({key, name}): readonly ArgumentProblem[] {
    if (key === undefined || keysOf(key, name) !== undefined) return [];
    return [
      {
        argument: 'key',
        message: 'is no key',
        hint: 'a key is its type and its text, as ssh-ed25519 AAAA…, and belongs to the host that name says',
      },
    ];
  },

  reads: ({path = everybody}) => readsOfEdit({path}),

  want({name, key = '', state, path = everybody}, seen) {
    if (state === 'absent') return editedFile({path}, seen, 'leave', withoutHost(name));
    return editedFile({path}, seen, 'create', withKeys(name, keysOf(key, name) ?? []));
  },
};
