import {isRefusal} from '../../resources/index.ts';
import {sh} from '../../shell/index.ts';
import {restartMember, type ServerState, serverAt, serverRef} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultRestartArguments} from './schema.ts';

/** A server writes out what it has before it ends; the unit's own limit is shorter. */
const restartTimeoutMs = 900_000;

export const vaultRestart: Action<VaultRestartArguments> = {
  type: 'action',
  name: 'vault_restart',
  summary:
    'Restarts the members of a cluster that serves one after the other, the active one last, and unseals each',
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],
  order: ({url = usualUrl}, group) =>
    [...group.members.keys()].toSorted((a, b) => rankOf(url, a, group) - rankOf(url, b, group)),

  guard({url = usualUrl}, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    for (const [host, view] of group.members) {
      const server = serverOn(url, view);
      if (isRefusal(server)) return {...server, refused: `${host}: ${server.refused}`};
      if (!server.initialized) return {refused: `${host} is no member of a cluster`};
      if (server.sealed)
        return {
          refused: `${host} is sealed: none is restarted before all serve`,
          hint: 'vprov run playbooks/vault-unseal.yml',
        };
    }
    return {run: true};
  },

  effects: () => ({type: 'kinds', kinds: ['vault_server', 'unit']}),

  async act({name, url = usualUrl, keys, unit = 'vault.service', timeout = 300}, ports) {
    let restarted = false;
    const stuck = await restartMember(ports, {
      cluster: name,
      url,
      keys,
      recipients: [],
      timeoutMs: timeout * 1000,
      async restartUnit() {
        restarted = true;
        const {exitCode, stderr} = await ports.run(sh`systemctl restart ${unit}`, restartTimeoutMs);
        return exitCode === 0 ? undefined : {problem: stderr.toString('utf8').trim()};
      },
    });
    return stuck ? stuckAt(stuck, restarted) : {changed: true, result: {}};
  },
};

/** The active one last: its members are well by then, and one of them takes over at once. */
function rankOf(url: string, host: string, {members}: GroupView): number {
  const view = members.get(host);
  const seen = view && serverAt(url, view);
  return seen?.status === 'present' && (seen.state as ServerState).isLeader ? 1 : 0;
}
