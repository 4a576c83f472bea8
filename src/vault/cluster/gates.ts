import type {Secret} from '../../text/index.ts';
import type {ClusterKeys} from '../keys/cluster-keys.ts';
import {openShares, tooFew} from '../keys/open-shares.ts';
import {askServer} from '../server/request.ts';
import {lookAtServer, lookAtServers} from '../server/state.ts';
import {type Login, logIn} from './hand-over.ts';
import {type ClusterHealth, healthOf} from './health.ts';
import {type KeysOf, openKeys} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

const lookEveryMs = 500;
/** So long a cluster that is not well yet is waited for before anything is stopped. */
const wellWithinMs = 30_000;
const tellEveryMs = 5_000;
/** So often in a row all must be well before the next one may be stopped. */
const wellInARow = 3;
/** So many entries a member may be behind the active one and count as up to date. */
const mostBehind = 100;
const answerTimeoutMs = 30_000;

/** What asks how the cluster is. */
export interface LoginAtHand {
  readonly operator: Login;
}

/** What opens a member besides: proved before anything is stopped. */
export interface AtHand extends LoginAtHand {
  readonly shares: readonly Secret[];
}

/** The keys, if they are enough to unseal a member and to tell whether the cluster is well. */
export async function keysAtHand(
  ports: ClusterPorts,
  of: KeysOf & {readonly token?: Secret | undefined},
): Promise<AtHand | Stuck> {
  const found = await keysWithLogin(ports, of, of.token);
  if ('problem' in found) return found;
  const {keys, operator} = found;
  const here = await openShares(ports.sealed, keys);
  const few = tooFew(here, keys);
  return few ? {...few, problem: `${of.keys}: ${few.problem}`} : {shares: here.shares, operator};
}

/** The login, for what needs no share: nothing is sealed by it. */
export async function loginAtHand(ports: ClusterPorts, of: KeysOf): Promise<LoginAtHand | Stuck> {
  const found = await keysWithLogin(ports, of);
  return 'problem' in found ? found : {operator: found.operator};
}

async function keysWithLogin(
  ports: ClusterPorts,
  of: KeysOf,
  token?: Secret,
): Promise<(LoginAtHand & {readonly keys: ClusterKeys}) | Stuck> {
  const keys = await openKeys(ports, of);
  if ('problem' in keys) return keys;
  const operator = token ?? keys.operator;
  return operator
    ? {keys, operator}
    : {
        problem: `${of.keys} has no login of vprov: nobody can tell whether the cluster is well`,
        hint: 'of a cluster that vprov did not make, give a token (vault_token)',
      };
}

/**
 * Whether one member may be stopped now: not for long is waited until it may.
 * @param looks so often in a row all must be well; 1 is enough for who only foretells
 */
export function mayStop(
  ports: ClusterPorts,
  url: string,
  operator: AtHand['operator'],
  looks = wellInARow,
): Promise<Stuck | undefined> {
  return allWell(ports, url, operator, ports.now() + wellWithinMs, looks);
}

/**
 * Why fewer members serve than the cluster needs while one is stopped: each is asked itself, since autopilot takes one that is
 * gone for well for ten seconds more.
 * @param peers all members' APIs, as this host reaches them; none: nobody knows them
 */
export async function tooFewServe(ports: ClusterPorts, peers: readonly string[]): Promise<Stuck | undefined> {
  if (peers.length === 0) return undefined;
  const seen = await lookAtServers(ports, peers);
  const silent = seen.filter(({server}) => server.status !== 'present' || server.state.sealed);
  const serving = peers.length - silent.length;
  if (serving - 1 > peers.length / 2) return undefined;
  return {
    problem: `the cluster cannot do without one more member: ${silent.map(({url}) => url).join(', ')} ${silent.length === 1 ? 'does' : 'do'} not serve`,
    hint: 'start and unseal them: vprov run playbooks/vault-unseal.yml',
  };
}

/** Waits until nothing is lacking. @param lacking says in words what still is */
async function nothingLacks(
  ports: ClusterPorts,
  untilMs: number,
  lacking: () => Promise<string | undefined>,
): Promise<Stuck | undefined> {
  for (;;) {
    const problem = await lacking();
    if (problem === undefined) return undefined;
    if (ports.now() >= untilMs) return {problem};
    await ports.sleep(lookEveryMs);
  }
}

/** Waits until its server answers. */
export function answering(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  return nothingLacks(ports, untilMs, async () => {
    const seen = await lookAtServer(ports, url);
    return seen.status === 'present'
      ? undefined
      : `the server does not answer at ${url} since it was restarted`;
  });
}

/** It is a member again when it has heard of an active one; those believe it alive for some seconds even while it is not. */
export function following(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  return nothingLacks(ports, untilMs, async () => {
    const seen = await lookAtServer(ports, url);
    return seen.status === 'present' && (seen.state.isLeader || seen.state.leaderAddress)
      ? undefined
      : 'it is unsealed and has heard of no active member';
  });
}

/** Waits until every voter is well, and one may fail. */
export async function allWell(
  ports: ClusterPorts,
  url: string,
  operator: AtHand['operator'],
  untilMs: number,
  looks = wellInARow,
): Promise<Stuck | undefined> {
  let inARow = 0;
  let toldMs = ports.now();
  for (;;) {
    const token = await logIn(ports, url, operator);
    const health = 'problem' in token ? token : await healthOf(ports, url, token);
    const problem = problemOf(health);
    inARow = problem === undefined ? inARow + 1 : 0;
    if (inARow >= looks) return undefined;
    if (ports.now() >= untilMs) return {problem: problem ?? 'the cluster was not well for long enough'};
    if (problem !== undefined && ports.now() - toldMs >= tellEveryMs) {
      toldMs = ports.now();
      ports.progress(`waiting: ${problem}`);
    }
    await ports.sleep(lookEveryMs);
  }
}

function problemOf(health: ClusterHealth | Stuck): string | undefined {
  if ('problem' in health) return health.problem;
  if (!health.healthy) return `not all members are well: ${health.ailing.join(', ')}`;
  return health.tolerance < 1 ? 'the cluster cannot do without one more member' : undefined;
}

/** Waits until a member has applied nearly all that the active one has committed. */
export function caughtUp(ports: ClusterPorts, url: string, untilMs: number): Promise<Stuck | undefined> {
  return nothingLacks(ports, untilMs, async () => {
    const own = await indexesAt(ports, url);
    const active = own?.leader ? await indexesAt(ports, own.leader) : undefined;
    if (own && active && active.committed - own.applied <= mostBehind) return undefined;
    return `it did not catch up: it has ${own?.applied ?? 'an unknown number'} of ${active?.committed ?? 'an unknown number'} entries`;
  });
}

interface Indexes {
  readonly committed: number;
  readonly applied: number;
  /** Of the active one's API, as its members know it. */
  readonly leader: string;
}

async function indexesAt(ports: ClusterPorts, url: string): Promise<Indexes | undefined> {
  const answer = await askServer(ports, url, {method: 'GET', path: 'sys/leader', timeoutMs: answerTimeoutMs});
  if (answer.type !== 'answer' || answer.status !== 200) return undefined;
  const {raft_committed_index: committed, raft_applied_index: applied, leader_address: leader} = answer.body;
  if (typeof committed !== 'number' || typeof applied !== 'number') return undefined;
  return {committed, applied, leader: typeof leader === 'string' ? leader : ''};
}
