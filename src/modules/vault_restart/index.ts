import {isRefusal, type Refusal} from '../../resources/index.ts';
import {sh} from '../../shell/index.ts';
import {
  foreseeRestart,
  type MemberToRestart as Member,
  restartMember,
  type ServerState,
  type Stuck,
  serverAt,
  serverKinds,
  serverRef,
} from '../../vault/index.ts';
import type {Action, ActionPorts, GroupView} from '../contract.ts';
import {foreseen, givenToken, peersIn, serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import {watchUnit} from '../vault-unit.ts';
import {isOwed, owedReads} from './owed.ts';
import type {VaultRestartArguments} from './schema.ts';

const usualUnit = 'vault.service';

export const vaultRestart: Action<VaultRestartArguments> = {
  type: 'action',
  name: 'vault_restart',
  summary:
    'Restarts the members of a cluster that owe it, one after the other, the active one last, and unseals each',
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl, unit = usualUnit}) => [serverRef(url), ...owedReads(unit)],
  order: ({url = usualUrl}, group) =>
    [...group.members.keys()].toSorted((a, b) => rankOf(url, a, group) - rankOf(url, b, group)),

  guard({url = usualUrl, unit = usualUnit, which = 'owed'}, seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const owed = which === 'all' ? true : isOwed(unit, seen);
    if (typeof owed === 'object') return owed;
    return owed
      ? (notServing(url, group) ?? ofVersions(url, group) ?? {run: true})
      : {run: false, reason: 'no restart is owed'};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds, 'unit']}),

  foresee: async (args, ports) => foreseen(await foreseeRestart(ports, memberOf(args, ports))),

  async act(args, ports) {
    const {unit = usualUnit} = args;
    let restarted = false;
    const {start, explained} = watchUnit(unit, ports);
    const restart = (): Promise<Stuck | undefined> => {
      restarted = true;
      return start(sh`systemctl restart ${unit}`);
    };
    const stuck = await restartMember(ports, {...memberOf(args, ports), unit: {restart, explained}});
    return stuck ? stuckAt(stuck, restarted) : {changed: true, result: {}};
  },
};

function memberOf(
  {name, url = usualUrl, keys, peers, token, timeout = 300}: VaultRestartArguments,
  ports: ActionPorts,
): Member {
  return {
    cluster: name,
    url,
    keys,
    recipients: [],
    peers: peersIn(peers),
    token: givenToken(token, ports),
    timeoutMs: timeout * 1000,
  };
}

/** Why none may be restarted: a member of the group does not serve. @throws UnknownRead */
function notServing(url: string, {members}: GroupView): Refusal | undefined {
  for (const [host, view] of members) {
    const server = serverOn(url, view);
    if (isRefusal(server)) return {...server, refused: `${host}: ${server.refused}`};
    if (!server.initialized) return {refused: `${host} is no member of a cluster`};
    if (server.sealed)
      return {
        refused: `${host} is sealed: none is restarted before all serve`,
        hint: 'vprov run playbooks/vault-unseal.yml',
      };
  }
  return undefined;
}

/** Why none may be restarted in the middle of an upgrade: an older one could take over from a newer, and fails at it. @throws UnknownRead */
function ofVersions(url: string, {members}: GroupView): Refusal | undefined {
  const versions = new Set<string>();
  for (const view of members.values()) {
    const server = serverOn(url, view);
    if (!isRefusal(server)) versions.add(server.version);
  }
  if (versions.size < 2) return undefined;
  return {
    refused: `members run ${[...versions].join(' and ')}: none is restarted in the middle of an upgrade`,
    hint: 'finish the upgrade first: vprov run playbooks/vault-upgrade.yml',
  };
}

/** The active one last: its members are well by then, and one of them takes over at once. */
function rankOf(url: string, host: string, {members}: GroupView): number {
  const view = members.get(host);
  const seen = view && serverAt(url, view);
  return seen?.status === 'present' && (seen.state as ServerState).isLeader ? 1 : 0;
}
