import type {Secret} from '../../text/index.ts';
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
import type {KeysOf} from './keeping.ts';
import type {ClusterPorts, ServerUnit, Stuck} from './ports.ts';
import {unseal} from './unseal.ts';

/** A member that is to be restarted. */
export interface MemberToRestart extends KeysOf {
  readonly url: string;
  /** All members' APIs, as this host reaches them: those that do not take part are asked, too. None: nobody knows them. */
  readonly peers: readonly string[];
  /** In the place of vprov's own login. */
  readonly token?: Secret | undefined;
  /** Milliseconds until it must serve again. */
  readonly timeoutMs: number;
}

interface Restart extends MemberToRestart {
  readonly unit: ServerUnit;
}

/** Why it would not be restarted now; undefined: it would. */
export async function foreseeRestart(ports: ClusterPorts, what: MemberToRestart): Promise<Stuck | undefined> {
  const keys = await keysToRestart(ports, what, 1);
  return 'problem' in keys ? keys : undefined;
}

/** The keys, where it may be stopped. @param looks see `mayStop` */
async function keysToRestart(
  ports: ClusterPorts,
  what: MemberToRestart,
  looks?: number,
): Promise<AtHand | Stuck> {
  const keys = await keysAtHand(ports, what);
  if ('problem' in keys) return keys;
  const before =
    (await mayStop(ports, what.url, keys.operator, looks)) ?? (await tooFewServe(ports, what.peers));
  return before ? {...before, problem: `it was not restarted: ${before.problem}`} : keys;
}

/**
 * Restarts one member of a cluster that serves, and unseals it: only when its keys are at hand, and when the cluster can
 * do without it; and it is done only when all are well again. What cannot be told counts as not well.
 * https://openbao.org/docs/upgrading/upgrade-ha-cluster/
 */
export async function restartMember(ports: ClusterPorts, what: Restart): Promise<Stuck | undefined> {
  const keys = await keysToRestart(ports, what);
  if ('problem' in keys) return keys;
  const {url, timeoutMs} = what;
  const untilMs = ports.now() + timeoutMs;
  const failed = await what.unit.restart();
  if (failed) return failed;
  const silent = await answering(ports, url, untilMs);
  if (silent) return what.unit.explained(silent);
  const sealed = await unseal(ports, {url, shares: keys.shares, timeoutMs});
  if ('problem' in sealed) return sealed;
  const after =
    (await following(ports, url, untilMs)) ??
    (await caughtUp(ports, url, untilMs)) ??
    (await allWell(ports, url, keys.operator, untilMs));
  return after && {...after, problem: `it was restarted and unsealed, and then: ${after.problem}`};
}
