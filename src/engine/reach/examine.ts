import {type Condition, conditionKind, conditionRef, type ServerCondition} from '../../doctor/index.ts';
import {isLoopback, type Member, probeReachability, type Reachability} from '../../reachability/index.ts';
import {
  type AnyKind,
  composeProbe,
  factsRef,
  type HostFacts,
  type JournalState,
  journalRef,
  type OwedHandler,
  parseProbe,
  type Ref,
  refKey,
} from '../../resources/index.ts';
import {type Connection, type Session, TransportError} from '../../transport/index.ts';
import type {MemberView, ReadFindings} from '../../vault/index.ts';
import {newMarker} from '../host.ts';
import {allKinds} from '../outset.ts';
import type {ChosenHost} from './hosts.ts';
import {conditionOf} from './owed.ts';
import {lookForVault} from './vault.ts';

/** All that was seen of a host; nothing is judged yet. */
export interface Examined {
  readonly name: string;
  readonly facts: HostFacts;
  readonly condition: Condition;
  readonly reachability: Reachability;
  /** Undefined: it is no member of the cluster. */
  readonly member: ExaminedMember | undefined;
}

export interface ExaminedMember {
  readonly address: string;
  /** Why its server was not looked at: nobody becomes root there. */
  readonly refusal: TransportError | undefined;
  /** Undefined: it was not looked at. */
  readonly vault: ExaminedVault | undefined;
}

export interface ExaminedVault {
  readonly found: ReadFindings;
  /** The server that is judged: one that runs, else the first. */
  readonly server: ReadFindings['servers'][number] | undefined;
  readonly view: MemberView | undefined;
  readonly condition: ServerCondition | undefined;
  readonly owed: readonly OwedHandler[];
}

export interface ExamineOptions {
  readonly signal: AbortSignal;
  /** Of members, which the others are to reach. */
  readonly ports: readonly number[];
  readonly now: () => number;
}

const timeoutMs = 60_000;

/** Of probes to ports of the others. */
const connectionTimeoutMs = 5_000;

const kinds: ReadonlyMap<string, AnyKind> = new Map([...allKinds, [conditionKind.kind, conditionKind]]);

/**
 * Looks at a host: at members of the cluster as root, at others as who logs in.
 * @param members of the cluster
 * @throws TransportError when the host is lost, or does not say how it is
 */
export async function examine(
  {name, becomeUser}: ChosenHost,
  connection: Connection,
  members: readonly Member[],
  options: ExamineOptions,
): Promise<Examined> {
  const own = members.find((member) => member.name === name);
  const root = own ? await rootSession(connection, becomeUser ?? 'root') : undefined;
  const refusal = root instanceof TransportError ? root : undefined;
  const session =
    root && !(root instanceof TransportError) ? root : await connection.session(connection.loginUser);
  // A loopback address leads each of them to itself: nothing is learned by asking.
  const peers = own ? members.filter(({address}) => !isLoopback(address)) : [];
  // Both questions are on their way before the first is answered.
  const [host, vault] = await Promise.all([
    askHost(name, session, peers, own !== undefined, options.signal),
    own && !refusal ? askVault(name, session, connection, options.signal) : undefined,
  ]);
  const asked: Member = {
    name,
    address: own?.address ?? name,
    ports: {
      forward: (address, port, ended) => connection.forward(address, port, ended),
      request: (script, how) => session.request(script, how),
    },
  };
  const reachability = await probeReachability(asked, peers, {
    ports: options.ports,
    timeoutMs: connectionTimeoutMs,
    signal: options.signal,
    now: options.now,
  });
  return {
    name,
    facts: host.facts,
    condition: host.condition,
    reachability,
    member: own && {address: own.address, refusal, vault: vault && {...vault, owed: host.owed}},
  };
}

/** Who cannot be become is no lost host: what anybody may see is looked at. @throws TransportError when it is lost */
async function rootSession(connection: Connection, user: string): Promise<Session | TransportError> {
  try {
    return await connection.session(user);
  } catch (error) {
    if (error instanceof TransportError && error.failure === 'become') return error;
    throw error;
  }
}

interface HostAnswers {
  readonly facts: HostFacts;
  readonly condition: Condition;
  readonly owed: readonly OwedHandler[];
}

/** All in one request. @throws TransportError, also where the host does not say it */
async function askHost(
  host: string,
  session: Session,
  peers: readonly Member[],
  isMember: boolean,
  signal: AbortSignal,
): Promise<HostAnswers> {
  const condition = conditionRef(peers.map(({address}) => address));
  const journal = journalRef('root');
  const refs: readonly Ref[] = [factsRef, condition, ...(isMember ? [journal] : [])];
  const marker = newMarker();
  const completed = await session.request(composeProbe(refs, kinds, marker), {signal, timeoutMs});
  const found = parseProbe(completed, refs, kinds, marker);
  const stateOf = (ref: Ref): object => {
    const observed = found.get(refKey(ref));
    if (observed?.status === 'present') return observed.state;
    const why = observed?.status === 'unreadable' ? observed.reason : 'there is no answer';
    throw new TransportError('lost', `${host} does not say how it is: ${why}`);
  };
  return {
    facts: stateOf(factsRef) as HostFacts,
    condition: stateOf(condition) as Condition,
    owed: isMember ? (stateOf(journal) as JournalState).owed : [],
  };
}

/** @throws TransportError */
async function askVault(
  name: string,
  session: Session,
  connection: Connection,
  signal: AbortSignal,
): Promise<Omit<ExaminedVault, 'owed'>> {
  const {found, view} = await lookForVault(name, session, connection, {signal, asksMembers: true});
  const server = found.servers.find(({pid}) => pid > 0) ?? found.servers[0];
  return {found, view, server, condition: server && (await conditionOf(server, session, signal))};
}
