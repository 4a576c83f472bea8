import {isRefusal} from '../../resources/index.ts';
import {handOver, type KeysState, keysAt, keysRef, serverKinds, serverRef} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultHandOverArguments} from './schema.ts';

export const vaultHandOver: Action<VaultHandOverArguments> = {
  type: 'action',
  name: 'vault_hand_over',
  summary:
    "Has a new cluster's root token make an AppRole for vprov, which may look after members and arrange what is in it, and revokes it",
  scope: 'host',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl, keys}) => [serverRef(url), keysRef(keys)],

  guard({url = usualUrl, keys}, seen) {
    const kept = keysAt(keys, seen);
    const isInitial = kept.status === 'present' && (kept.state as KeysState).initial;
    if (!isInitial) return {run: false, reason: 'there is no initial root token here'};
    const server = serverOn(url, seen);
    if (isRefusal(server)) return server;
    return server.isLeader ? {run: true} : {run: false, reason: 'it is not the active member'};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds, 'vault_keys']}),

  async act({name, url = usualUrl, keys, recipients = []}, ports) {
    const stuck = await handOver(ports, url, {cluster: name, keys, recipients});
    return stuck ? stuckAt(stuck, true) : {changed: true, result: {}};
  },
};
