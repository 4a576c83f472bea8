import {isRefusal} from '../../resources/index.ts';
import {type Peer, peersOf, serverRef} from '../../vault/index.ts';
import type {Action, ActionResult} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultPeersArguments} from './schema.ts';

const lookEveryMs = 1_000;
const tellEveryMs = 5_000;

export const vaultPeers: Action<VaultPeersArguments> = {
  type: 'action',
  name: 'vault_peers',
  summary:
    "Says who the members of a cluster are, as raft has them; asked on the active one with vprov's own login",
  scope: 'host',
  result: {
    peers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: {type: 'string'},
          address: {type: 'string'},
          leader: {type: 'boolean'},
          voter: {type: 'boolean'},
        },
      },
    },
    voters: {type: 'array', items: {type: 'string'}},
    missing: {type: 'array', items: {type: 'string'}},
    unexpected: {type: 'array', items: {type: 'string'}},
    tolerance: {type: 'integer'},
  },
  readOnly: () => true,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, seen) {
    const server = serverOn(url, seen);
    if (isRefusal(server)) return server;
    return server.isLeader ? {run: true} : {run: false, reason: 'it is not the active member'};
  },

  effects: () => ({type: 'none'}),

  async act({name, url = usualUrl, keys, voters = [], timeout = 300}, ports) {
    const untilMs = ports.now() + timeout * 1000;
    let toldMs = ports.now();
    for (;;) {
      const peers = await peersOf(ports, url, {cluster: name, keys, recipients: []});
      if ('problem' in peers) return stuckAt(peers);
      const result = resultOf(peers, voters);
      const missing = result.result.missing as readonly string[];
      if (missing.length === 0 || ports.now() >= untilMs) return result;
      if (ports.now() - toldMs >= tellEveryMs) {
        toldMs = ports.now();
        ports.progress(`waiting for ${missing.join(', ')} to vote`);
      }
      await ports.sleep(lookEveryMs);
    }
  },
};

function resultOf(peers: readonly Peer[], wanted: readonly string[]): ActionResult {
  const voters = peers.filter(({voter}) => voter).map(({id}) => id);
  return {
    changed: false,
    result: {
      peers: peers.map((peer) => ({...peer})),
      voters,
      missing: wanted.filter((id) => !voters.includes(id)),
      unexpected: wanted.length === 0 ? [] : voters.filter((id) => !wanted.includes(id)),
      tolerance: Math.max(0, Math.floor((voters.length - 1) / 2)),
    },
  };
}
