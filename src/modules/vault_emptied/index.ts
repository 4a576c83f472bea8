import {isRefusal, type PathState, pathRef} from '../../resources/index.ts';
import {emptiedVoter, serverRef} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultEmptiedArguments} from './schema.ts';

export const vaultEmptied: Action<VaultEmptiedArguments> = {
  type: 'action',
  name: 'vault_emptied',
  summary: 'Refuses a host without data that the cluster of the others has as a voter',
  scope: 'host',
  result: {},
  readOnly: () => true,
  reads: ({url = usualUrl, data_dir: data}) => [serverRef(url), pathRef(`${data}/vault.db`)],

  guard({url = usualUrl, data_dir: data}, seen) {
    const server = serverOn(url, seen);
    if (!isRefusal(server)) return server.initialized ? {run: false, reason: 'it is a member'} : {run: true};
    const database = seen.get<PathState>(pathRef(`${data}/vault.db`));
    return database.status === 'present' ? {run: false, reason: 'its data are there'} : {run: true};
  },

  effects: () => ({type: 'none'}),

  async act({name, keys, peers, node_id: nodeId}, ports) {
    const of = {cluster: name, keys, recipients: []};
    const urls = peers.split(/\s+/).filter((url) => url !== '');
    const stuck = await emptiedVoter(ports, {...of, peers: urls, nodeId, host: ports.hostName});
    return stuck ? stuckAt(stuck) : {changed: false, result: {}};
  },
};
