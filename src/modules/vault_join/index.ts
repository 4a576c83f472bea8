import {isRefusal, type Refusal} from '../../resources/index.ts';
import {openKeys, type ServerState, serverKinds, serverRef, unseal} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import {sharesToGive} from '../vault-shares.ts';
import type {VaultJoinArguments} from './schema.ts';

export const vaultJoin: Action<VaultJoinArguments> = {
  type: 'action',
  name: 'vault_join',
  summary:
    'Has a server that is no member yet join the cluster of the others, one after the other, and unseals it',
  scope: 'group',
  result: {took_ms: {type: 'integer'}},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const servers = serversIn(url, group);
    if (isRefusal(servers)) return servers;
    if (servers.get(group.self)?.initialized) return {run: false, reason: 'it is a member'};
    // Who leads may be open for a moment, as when one that has joined is cut off: joining waits for it.
    return ![...servers.values()].some(({initialized, sealed}) => initialized && !sealed)
      ? {refused: 'no member of the cluster is unsealed: there is nobody to join'}
      : {run: true};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds]}),

  async act({name, url = usualUrl, keys, timeout = 300}, ports) {
    const opened = await openKeys(ports, {cluster: name, keys, recipients: []});
    if ('problem' in opened) return stuckAt(opened);
    const here = await sharesToGive(opened, ports);
    if ('problem' in here) return stuckAt(here);
    const done = await unseal(ports, {url, ...here, timeoutMs: timeout * 1000});
    return 'problem' in done ? stuckAt(done) : {changed: true, result: {took_ms: Math.round(done.tookMs)}};
  },
};

/** What all say, and that those who are members are of one cluster. @throws UnknownRead */
function serversIn(url: string, group: GroupView): ReadonlyMap<string, ServerState> | Refusal {
  const servers = new Map<string, ServerState>();
  for (const [host, view] of group.members) {
    const server = serverOn(url, view);
    if (isRefusal(server)) return {...server, refused: `${host}: ${server.refused}`};
    servers.set(host, server);
  }
  const ids = new Set([...servers.values()].flatMap(({clusterId}) => clusterId ?? []));
  return ids.size > 1 ? {refused: `members are of ${ids.size} different clusters: none is joined`} : servers;
}
