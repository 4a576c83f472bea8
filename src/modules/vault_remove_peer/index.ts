import {isRefusal} from '../../resources/index.ts';
import {foreseeRemoval, type Removal, removePeer, serverKinds, serverRef} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {foreseen, serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultRemovePeerArguments} from './schema.ts';

export const vaultRemovePeer: Action<VaultRemovePeerArguments> = {
  type: 'action',
  name: 'vault_remove_peer',
  summary: 'Takes a member out of a cluster, for good; asked of the active one',
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    // The one that is to be removed may be gone.
    const active = [...group.members].find(([, view]) => {
      const server = serverOn(url, view);
      return !isRefusal(server) && server.isLeader;
    });
    if (!active)
      return {refused: 'none of these members is the active one: nobody can be asked to remove one'};
    return active[0] === group.self ? {run: true} : {run: false, reason: 'it is not the active member'};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds]}),

  foresee: async (args, ports) => foreseen(await foreseeRemoval(ports, removalOf(args))),

  async act(args, ports) {
    const removed = await removePeer(ports, removalOf(args));
    return 'problem' in removed ? stuckAt(removed) : {changed: removed.changed, result: {}};
  },
};

function removalOf({name, url = usualUrl, keys, node_id: nodeId}: VaultRemovePeerArguments): Removal {
  return {cluster: name, keys, recipients: [], url, nodeId};
}
