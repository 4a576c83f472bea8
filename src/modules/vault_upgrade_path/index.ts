import {isRefusal, type Refusal} from '../../resources/index.ts';
import {serverRef, upgradePath} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultUpgradePathArguments} from './schema.ts';

export const vaultUpgradePath: Action<VaultUpgradePathArguments> = {
  type: 'action',
  name: 'vault_upgrade_path',
  summary:
    'Says from which version the members of a cluster go to another, who is not there yet, and what to know about it',
  scope: 'group',
  result: {
    from: {type: 'string'},
    old: {type: 'array', items: {type: 'string'}},
    notes: {type: 'array', items: {type: 'string'}},
  },
  readOnly: () => true,
  reads: ({url = usualUrl}) => [serverRef(url)],

  guard({url = usualUrl}, _seen, group) {
    const running = runningIn(url, groupOf(group));
    return isRefusal(running) ? running : {run: true};
  },

  effects: () => ({type: 'none'}),

  async act({url = usualUrl, product, version}, _ports, _inputs, group) {
    const running = runningIn(url, groupOf(group));
    if (isRefusal(running)) return stuckAt({problem: running.refused});
    const path = upgradePath(product, running, version);
    return 'problem' in path ? stuckAt(path) : {changed: false, result: {...path}};
  },
};

function groupOf(group: GroupView | undefined): GroupView {
  if (!group) throw new Error('a module of scope group has a group');
  return group;
}

/** What each member runs, sealed or not. One that gives no answer is left out: an earlier run may have been cut off there. */
function runningIn(url: string, {members}: GroupView): ReadonlyMap<string, string> | Refusal {
  const running = new Map<string, string>();
  for (const [host, view] of members) {
    const server = serverOn(url, view);
    if (isRefusal(server)) continue;
    if (!server.initialized) return {refused: `${host} is no member of a cluster`};
    running.set(host, server.version);
  }
  return running.size > 0 ? running : {refused: 'no member answers'};
}
