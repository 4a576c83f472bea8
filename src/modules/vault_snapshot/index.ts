import type {Refusal} from '../../resources/index.ts';
import {
  hasSnapshot,
  type ServerState,
  saveSnapshot,
  serverAt,
  serverRef,
  snapshotsRef,
} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {givenToken, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultSnapshotArguments} from './schema.ts';

export const vaultSnapshot: Action<VaultSnapshotArguments> = {
  type: 'action',
  name: 'vault_snapshot',
  summary:
    'Saves a snapshot of a cluster on this machine, encrypted, once it was seen to be whole; asked of the active member',
  scope: 'group',
  result: {
    file: {type: 'string'},
    index: {type: 'integer'},
    term: {type: 'integer'},
    peers: {type: 'array', items: {type: 'string'}},
    bytes: {type: 'integer'},
  },
  readOnly: () => false,
  reads: ({url = usualUrl, folder, name}) => [serverRef(url), snapshotsRef(folder, name)],
  // The others wait for it: what comes next may be what it is taken before.
  order: ({url = usualUrl}, group) =>
    [...group.members.keys()].toSorted((a, b) => rankOf(url, a, group) - rankOf(url, b, group)),

  guard({name, url = usualUrl, folder, once = false}, seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const isNeeded = [...group.told.values()].some(({needed}) => needed !== false);
    if (!isNeeded) return {run: false, reason: 'nothing is about to be changed'};
    const clusterId = once ? clusterOf(url, group) : undefined;
    if (clusterId !== undefined && hasSnapshot(folder, name, clusterId, seen))
      return {run: false, reason: 'there is one of this cluster already'};
    const active = [...group.members.keys()].find((host) => rankOf(url, host, group) === 0);
    return active === undefined
      ? nobody
      : active === group.self
        ? {run: true}
        : {run: false, reason: `${active} saves it`};
  },

  effects: () => ({type: 'kinds', kinds: ['vault_snapshots']}),

  async act({name, url = usualUrl, keys, folder, recipients = [], token, timeout = 300}, ports) {
    const wish = {cluster: name, keys, recipients, url, folder, timeoutMs: timeout * 1000};
    const saved = await saveSnapshot(ports, {...wish, token: givenToken(token, ports)});
    if ('problem' in saved) return stuckAt({...saved, problem: `no snapshot was saved: ${saved.problem}`});
    const {sizeBytes, ...facts} = saved;
    return {changed: true, result: {...facts, bytes: sizeBytes}};
  },
};

const nobody: Refusal = {
  refused: 'no snapshot can be saved: none of the members here is the active one',
  hint: 'run it with all of them, unsealed: vprov vault status',
};

/** Which cluster the members are of, where one of them says it. @throws UnknownRead */
function clusterOf(url: string, {members}: GroupView): string | undefined {
  for (const view of members.values()) {
    const seen = serverAt(url, view);
    const id = seen.status === 'present' ? (seen.state as ServerState).clusterId : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}

/** 0: the active member. @throws UnknownRead */
function rankOf(url: string, host: string, {members}: GroupView): number {
  const view = members.get(host);
  const seen = view && serverAt(url, view);
  return seen?.status === 'present' && (seen.state as ServerState).isLeader ? 0 : 1;
}
