import {lookAtServer} from '../server/state.ts';
import {logIn} from './hand-over.ts';
import {healthOf} from './health.ts';
import {type KeysOf, openKeys} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';
import {unseal} from './unseal.ts';

export interface Restart extends KeysOf {
  readonly url: string;
  /** Restarts the server's unit. Resolves with what went wrong. */
  readonly restartUnit: () => Promise<Stuck | undefined>;
  /** Milliseconds until it must serve again. */
  readonly timeoutMs: number;
}

const lookEveryMs = 500;
const tellEveryMs = 5_000;
/** So often in a row all must be well before the next one may be stopped. */
const wellInARow = 3;

/**
 * Restarts one member of a cluster that serves, and unseals it: only when its keys are at hand, and when the cluster can
 * do without it; and it is done only when all are well again. What cannot be told counts as not well.
 * https://openbao.org/docs/upgrading/upgrade-ha-cluster/
 */
export async function restartMember(ports: ClusterPorts, what: Restart): Promise<Stuck | undefined> {
  const keys = await openKeys(ports, what);
  if ('problem' in keys) return keys;
  if (keys.shares.length < keys.threshold)
    return {problem: `${what.keys} has ${keys.shares.length} shares, and it takes ${keys.threshold}`};
  if (!keys.operator)
    return {problem: `${what.keys} has no login of vprov: nobody can tell whether the cluster is well`};
  const {operator, shares} = keys;
  const untilMs = ports.now() + what.timeoutMs;

  const before = await allWell(ports, what.url, operator, untilMs);
  if (before) return {...before, problem: `it was not restarted: ${before.problem}`};
  const failed = await what.restartUnit();
  if (failed) return failed;
  const silent = await answering(ports, what.url, untilMs);
  if (silent) return silent;
  const sealed = await unseal(ports, {url: what.url, shares, timeoutMs: what.timeoutMs});
  if ('problem' in sealed) return sealed;
  const lonely = await following(ports, what.url, untilMs);
  if (lonely) return lonely;
  const after = await allWell(ports, what.url, operator, untilMs);
  return after && {...after, problem: `it was restarted and unsealed, and then: ${after.problem}`};
}

async function answering(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  for (;;) {
    const seen = await lookAtServer(ports, url);
    if (seen.status === 'present') return undefined;
    if (ports.now() >= untilMs)
      return {problem: `the server does not answer at ${url} since it was restarted`};
    await ports.sleep(lookEveryMs);
  }
}

/** It is a member again when it has heard of an active one; those believe it alive for some seconds even while it is not. */
async function following(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  for (;;) {
    const seen = await lookAtServer(ports, url);
    if (seen.status === 'present' && (seen.state.isLeader || seen.state.leaderAddress)) return undefined;
    if (ports.now() >= untilMs) return {problem: 'it is unsealed and has heard of no active member'};
    await ports.sleep(lookEveryMs);
  }
}

/** Waits until every voter is well, and one may fail. */
async function allWell(
  ports: ClusterPorts,
  url: string,
  operator: Parameters<typeof logIn>[2],
  untilMs: number,
): Promise<Stuck | undefined> {
  let inARow = 0;
  let toldMs = ports.now();
  for (;;) {
    const token = await logIn(ports, url, operator);
    const health = 'problem' in token ? token : await healthOf(ports, url, token);
    const problem = problemOf(health);
    inARow = problem === undefined ? inARow + 1 : 0;
    if (inARow >= wellInARow) return undefined;
    if (ports.now() >= untilMs) return {problem: problem ?? 'the cluster was not well for long enough'};
    if (problem !== undefined && ports.now() - toldMs >= tellEveryMs) {
      toldMs = ports.now();
      ports.progress(`waiting: ${problem}`);
    }
    await ports.sleep(lookEveryMs);
  }
}

function problemOf(health: Awaited<ReturnType<typeof healthOf>>): string | undefined {
  if ('problem' in health) return health.problem;
  if (!health.healthy) return `not all members are well: ${health.ailing.join(', ')}`;
  return health.tolerance < 1 ? 'the cluster cannot do without one more member' : undefined;
}
