import {
  type Check,
  type Condition,
  checks,
  conditionKind,
  conditionRef,
  type Finding,
  hostRules,
  judge,
  type Level,
  type SeenHost,
  worstOf,
} from '../../doctor/index.ts';
import type {Diagnostic} from '../../errors/index.ts';
import {type Member, probeReachability} from '../../reachability/index.ts';
import {
  type AnyKind,
  composeProbe,
  factsRef,
  type HostFacts,
  parseProbe,
  type Ref,
  refKey,
} from '../../resources/index.ts';
import {type Connection, type Session, TransportError} from '../../transport/index.ts';
import {newMarker} from '../host.ts';
import {allKinds} from '../outset.ts';
import {type ChosenHost, chooseHosts, onEach, type ReachOptions} from './hosts.ts';
import {addressOf} from './net.ts';

export interface DoctorOptions extends ReachOptions {
  /** The group of the inventory that is the cluster: its hosts are judged as members. */
  readonly group: string;
  readonly forks: number;
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly now: () => number;
}

/** What is wrong with hosts. */
export interface Diagnosis {
  readonly diagnostics: readonly Diagnostic[];
  /** Those that answered, in the order of the inventory. */
  readonly hosts: readonly HostDiagnosis[];
  readonly unreached: readonly {readonly name: string; readonly error: TransportError}[];
}

export interface HostDiagnosis {
  readonly name: string;
  readonly isMember: boolean;
  readonly checks: Readonly<Record<Check, 'ok' | Level>>;
  readonly findings: readonly Finding[];
}

const timeoutMs = 60_000;

/** Of probes to ports of the others. */
const connectionTimeoutMs = 5_000;

const kinds: ReadonlyMap<string, AnyKind> = new Map([...allKinds, [conditionKind.kind, conditionKind]]);

/** Looks at hosts, each through its own connection and none waiting for another; changes nothing and leaves nothing there. */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const members = hosts
    .filter(({groups}) => groups.includes(options.group))
    .map((host): Member => ({name: host.name, address: addressOf(host), ports: undefined}));
  const results = await onEach({hosts, connect}, options.forks, options.signal, (host, connection) =>
    lookAt(host, connection, members, options),
  );
  return {
    diagnostics,
    hosts: results.flatMap((seen) => (seen instanceof TransportError ? [] : [judged(seen)])),
    unreached: results.flatMap((error, index) =>
      error instanceof TransportError ? [{name: hosts[index]?.name ?? '', error}] : [],
    ),
  };
}

function judged(seen: SeenHost): HostDiagnosis {
  const findings = judge(hostRules, seen);
  return {
    name: seen.name,
    isMember: seen.member !== undefined,
    checks: Object.fromEntries(
      checks.map((check) => [check, worstOf(findings.filter((one) => one.check === check))]),
    ) as HostDiagnosis['checks'],
    findings,
  };
}

/** @throws TransportError when the host is lost, or does not say what it is */
async function lookAt(
  {name}: ChosenHost,
  connection: Connection,
  members: readonly Member[],
  options: DoctorOptions,
): Promise<SeenHost> {
  const session = await connection.session(connection.loginUser);
  const own = members.find((member) => member.name === name);
  const peers = own ? members : [];
  const condition = conditionRef(peers.map(({address}) => address));
  const answers = await ask(name, session, [factsRef, condition], options.signal);
  const asked: Member = {
    name,
    address: own?.address ?? name,
    ports: {
      forward: (address, port, ended) => connection.forward(address, port, ended),
      request: (script, how) => session.request(script, how),
    },
  };
  const {clocks, names} = await probeReachability(asked, peers, {
    ports: [],
    timeoutMs: connectionTimeoutMs,
    signal: options.signal,
    now: options.now,
  });
  return {
    name,
    facts: answers(factsRef) as HostFacts,
    condition: answers(condition) as Condition,
    clock: clocks[0],
    names,
    member: own && {address: own.address},
  };
}

/** All in one request. @returns the state of each. @throws TransportError, also where the host does not say it */
async function ask(
  host: string,
  session: Session,
  refs: readonly Ref[],
  signal: AbortSignal,
): Promise<(ref: Ref) => object> {
  const marker = newMarker();
  const completed = await session.request(composeProbe(refs, kinds, marker), {signal, timeoutMs});
  const found = parseProbe(completed, refs, kinds, marker);
  return (ref) => {
    const observed = found.get(refKey(ref));
    if (observed?.status === 'present') return observed.state;
    const why = observed?.status === 'unreadable' ? observed.reason : 'there is no answer';
    throw new TransportError('lost', `${host} does not say how it is: ${why}`);
  };
}
