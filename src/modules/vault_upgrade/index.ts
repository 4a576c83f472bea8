import {isRefusal} from '../../resources/index.ts';
import {foreseeUpgrade, type ServerState, serverRef, type Upgrade, upgradeMember} from '../../vault/index.ts';
import type {Action, ActionPorts, GroupView} from '../contract.ts';
import {foreseen, peersIn, serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultUpgradeArguments} from './schema.ts';
import {switchOf} from './switch.ts';

export const vaultUpgrade: Action<VaultUpgradeArguments> = {
  type: 'action',
  name: 'vault_upgrade',
  summary:
    'Brings the members of a cluster to another version, one after the other, the active one last, and unseals each',
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl}) => [serverRef(url)],
  order: ({url = usualUrl}, group) =>
    [...group.members.keys()].toSorted((a, b) => rankOf(url, a, group) - rankOf(url, b, group)),

  guard({url = usualUrl, version, members}, seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const down = [...group.members.keys()].filter((host) => servingAt(url, host, group) === undefined);
    if (down.length > 1)
      return {
        refused: `${down.join(' and ')} do not serve: only one may be away at a time`,
        hint: 'vprov run playbooks/vault-unseal.yml',
      };
    const server = serverOn(url, seen);
    if (isRefusal(server) || server.sealed) return {run: true};
    if (server.version === version) return {run: false, reason: `it runs ${version}`};
    if (server.isLeader && members === 'standbys')
      return {run: false, reason: 'it is the active member, whose turn is last'};
    return {run: true};
  },

  effects: () => ({type: 'everything'}),

  async foresee(args, ports) {
    const found = await foreseeUpgrade(ports, upgradeOf(args, ports));
    return foreseen(found === 'later' ? {changed: false} : found);
  },

  async act(args, ports) {
    const done = await upgradeMember(ports, upgradeOf(args, ports));
    if (done === 'later') return {changed: false, result: {}};
    return done === 'done' ? {changed: true, result: {}} : stuckAt(done, done.touched);
  },
};

function upgradeOf(args: VaultUpgradeArguments, ports: ActionPorts): Upgrade {
  const {name, url = usualUrl, keys, version, members, timeout = 300} = args;
  return {
    cluster: name,
    keys,
    recipients: [],
    url,
    peers: peersIn(args.peers),
    version,
    evenActive: members === 'all',
    program: switchOf(args, ports),
    timeoutMs: timeout * 1000,
  };
}

/** Undefined: it does not answer, or is sealed. @throws UnknownRead */
function servingAt(url: string, host: string, {members}: GroupView): ServerState | undefined {
  const view = members.get(host);
  const server = view && serverOn(url, view);
  return server && !isRefusal(server) && !server.sealed ? server : undefined;
}

/** Who is away comes first, since nobody else may be stopped before; the active one comes last. */
function rankOf(url: string, host: string, group: GroupView): number {
  const server = servingAt(url, host, group);
  if (!server) return 0;
  return server.isLeader ? 2 : 1;
}
