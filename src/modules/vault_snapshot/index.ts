import {isRefusal} from '../../resources/index.ts';
import {saveSnapshot, serverRef} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultSnapshotArguments} from './schema.ts';

export const vaultSnapshot: Action<VaultSnapshotArguments> = {
  type: 'action',
  name: 'vault_snapshot',
  summary:
    'Saves a snapshot of a cluster on this machine, encrypted, once it was seen to be whole; asked of the active member',
  scope: 'host',
  result: {
    file: {type: 'string'},
    index: {type: 'integer'},
    term: {type: 'integer'},
    peers: {type: 'array', items: {type: 'string'}},
    bytes: {type: 'integer'},
  },
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, seen) {
    const server = serverOn(url, seen);
    // Whoever does not answer is not the active one.
    if (isRefusal(server)) return {run: false, reason: server.refused};
    return server.isLeader ? {run: true} : {run: false, reason: 'it is not the active member'};
  },

  effects: () => ({type: 'none'}),

  async act({name, url = usualUrl, keys, folder, recipients = [], timeout = 300}, ports) {
    const wish = {cluster: name, keys, recipients, url, folder, timeoutMs: timeout * 1000};
    const saved = await saveSnapshot(ports, wish);
    if ('problem' in saved) return stuckAt(saved);
    const {sizeBytes, ...facts} = saved;
    return {changed: true, result: {...facts, bytes: sizeBytes}};
  },
};
