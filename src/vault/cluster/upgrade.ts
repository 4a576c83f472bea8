import type {Secret} from '../../text/index.ts';
import {lookAtServer, lookAtServers, type ServerState} from '../server/state.ts';
import {
  type AtHand,
  allWell,
  answering,
  caughtUp,
  following,
  keysAtHand,
  mayStop,
  tooFewServe,
} from './gates.ts';
import {logIn} from './hand-over.ts';
import {healthOf} from './health.ts';
import type {KeysOf} from './keeping.ts';
import type {ClusterPorts, ServerUnit, Stuck} from './ports.ts';
import {unseal} from './unseal.ts';

/** The member's program, of which several versions stand side by side. */
export interface ProgramSwitch extends Pick<ServerUnit, 'explained'> {
  /** Makes the link lead to that version and restarts the unit. Resolves with what went wrong. */
  to(version: string): Promise<Stuck | undefined>;
}

export interface Upgrade extends KeysOf {
  readonly url: string;
  readonly version: string;
  readonly program: ProgramSwitch;
  /** All members' APIs, as this host reaches them: those that do not take part are asked, too. */
  readonly peers: readonly string[];
  /** The active member is upgraded, too: all others were before. */
  readonly evenActive: boolean;
  /** Milliseconds until it must serve again. */
  readonly timeoutMs: number;
}

/** `later`: it became the active one, whose turn is last. */
export type Upgraded = 'done' | 'later' | (Stuck & {readonly touched: boolean});

/**
 * Brings one member to another version of its server: gracefully stopped, started with the new program, unsealed, and done only
 * when it runs the version, follows, has caught up and all are well. A standby that does not come to that goes back to the program
 * before, as long as the active member is of the old version: what a newer one has written an older one may not read. The active
 * member is stopped only when every other voter is new, or an older one could take over from it. Nobody is asked to step down.
 * https://openbao.org/docs/upgrading/upgrade-ha-cluster/
 */
export async function upgradeMember(ports: ClusterPorts, what: Upgrade): Promise<Upgraded> {
  const keys = await keysAtHand(ports, what);
  if ('problem' in keys) return {...keys, touched: false};
  const {url} = what;
  const seen = await lookAtServer(ports, url);
  const before = seen.status === 'present' ? (seen.state as ServerState) : undefined;
  const serves = before?.sealed === false;
  if (serves) {
    const early = await mayBeUpgraded(ports, what, keys);
    if (early) return early;
  }
  // One that is off or sealed already has nothing to lose: an earlier run was interrupted at it, or it is its own trouble.
  const wasActive = serves && before.isLeader;
  const stuck = await bringUp(ports, what, keys, before);
  if (!stuck) return 'done';
  const mayGoBack = before !== undefined && !wasActive && (await isOldAt(ports, before.leaderAddress, what));
  const back = mayGoBack ? await goBack(ports, what, keys, before.version) : undefined;
  return {...stuck, ...(back ? {problem: `${stuck.problem}. ${back}`} : {}), touched: true};
}

/** Why it would not be upgraded now; undefined: it would. */
export async function foreseeUpgrade(
  ports: ClusterPorts,
  what: Upgrade,
): Promise<'later' | Stuck | undefined> {
  const keys = await keysAtHand(ports, what);
  if ('problem' in keys) return keys;
  const seen = await lookAtServer(ports, what.url);
  const serves = seen.status === 'present' && !seen.state.sealed;
  return serves ? mayBeUpgraded(ports, what, keys, 1) : undefined;
}

/** Undefined: it may be stopped now. @param looks see `mayStop` */
async function mayBeUpgraded(
  ports: ClusterPorts,
  {url, version, peers, evenActive}: Upgrade,
  {operator}: AtHand,
  looks?: number,
): Promise<'later' | (Stuck & {readonly touched: false}) | undefined> {
  const before = (await mayStop(ports, url, operator, looks)) ?? (await tooFewServe(ports, peers));
  if (before) return {...before, problem: `it was not upgraded: ${before.problem}`, touched: false};
  // Who is active may have changed since everybody was asked.
  const now = await lookAtServer(ports, url);
  if (now.status !== 'present' || !now.state.isLeader) return undefined;
  if (!evenActive) return 'later';
  const token = await logIn(ports, url, operator);
  const old = 'problem' in token ? token : await oldVoters(ports, {url, peers, version}, token);
  if ('problem' in old) return {...old, touched: false};
  if (old.ids.length === 0) return undefined;
  return {
    problem: `it is the active member, and ${old.ids.join(', ')} would take over from it with an older version`,
    hint: 'run it again: the others come first',
    touched: false,
  };
}

/** Voters besides the active one that are not known to run the version. */
export async function oldVoters(
  ports: ClusterPorts,
  {url, peers, version}: Pick<Upgrade, 'url' | 'peers' | 'version'>,
  token: Secret,
): Promise<{readonly ids: readonly string[]} | Stuck> {
  const health = await healthOf(ports, url, token);
  if ('problem' in health) return health;
  const others = health.members.filter((one) => one.isVoter && !one.isLeader);
  // Autopilot says no versions before HashiCorp's 1.11: then each is asked itself, where it is known where all of them are.
  const areUnsaid = others.every((one) => one.version === '') && peers.length > others.length;
  return {
    ids: areUnsaid
      ? await oldPeers(ports, peers, version)
      : others.filter((one) => one.version !== version).map(({id}) => id),
  };
}

/** The APIs of those, besides the active one, that do not say that they run the version. */
async function oldPeers(
  ports: ClusterPorts,
  peers: readonly string[],
  version: string,
): Promise<readonly string[]> {
  const seen = await lookAtServers(ports, peers);
  return seen
    .filter(
      ({server}) =>
        server.status !== 'present' || !(server.state.isLeader || server.state.version === version),
    )
    .map(({url}) => url);
}

/** From the switch on until the member is well. */
async function bringUp(
  ports: ClusterPorts,
  {url, version, timeoutMs, program}: Upgrade,
  {shares, operator}: AtHand,
  seen: ServerState | undefined,
): Promise<Stuck | undefined> {
  const untilMs = ports.now() + timeoutMs;
  // It was interrupted between its start and its unsealing.
  const isStarted = seen?.sealed === true && seen.version === version;
  const failed = isStarted ? undefined : await program.to(version);
  if (failed) return failed;
  const silent = await answering(ports, url, untilMs);
  if (silent) return program.explained(silent);
  const started = await lookAtServer(ports, url);
  if (started.status === 'present' && started.state.version !== version)
    return {problem: `it runs ${started.state.version} since it was restarted, not ${version}`};
  const sealed = await unseal(ports, {url, shares, timeoutMs});
  if ('problem' in sealed) return sealed;
  return (
    (await following(ports, url, untilMs)) ??
    (await caughtUp(ports, url, untilMs)) ??
    (await allWell(ports, url, operator, untilMs))
  );
}

/** Whether the server there is the active one, and of an older version: only then nothing of the cluster is newer. */
async function isOldAt(ports: ClusterPorts, url: string | undefined, {version}: Upgrade): Promise<boolean> {
  if (url === undefined) return false;
  const seen = await lookAtServer(ports, url);
  return seen.status === 'present' && seen.state.isLeader === true && seen.state.version !== version;
}

/** Back to the program before. @returns what came of it, in words */
async function goBack(
  ports: ClusterPorts,
  {url, program, timeoutMs}: Upgrade,
  {shares}: AtHand,
  version: string,
): Promise<string> {
  const untilMs = ports.now() + timeoutMs;
  ports.progress(`back to ${version}`);
  const failed = await program.to(version);
  // Whatever program runs now, it is not left sealed.
  const silent = await answering(ports, url, untilMs);
  const sealed = silent ? undefined : await unseal(ports, {url, shares, timeoutMs});
  const ended = silent ?? (sealed && 'problem' in sealed ? sealed : await following(ports, url, untilMs));
  const stuck = failed ?? ended;
  return stuck
    ? `It was put back to ${version}, and then: ${stuck.problem}`
    : `It was put back to ${version}, and serves again`;
}
