import {
  type Check,
  checks,
  clockOffMs,
  clusterRules,
  type Finding,
  hostRules,
  judge,
  type Level,
  netRules,
  newestFor,
  ownOffsetMs,
  ownRules,
  refusedRules,
  serverRules,
  versionRules,
  worstOf,
} from '../../doctor/index.ts';
import type {Diagnostic} from '../../errors/index.ts';
import type {Member, Reachability} from '../../reachability/index.ts';
import {
  type Architecture,
  architectureNamed,
  boardNamed,
  isArchitecture,
  isVersion,
} from '../../releases/index.ts';
import {TransportError} from '../../transport/index.ts';
import {type ClusterStatus, clusterStatus} from '../../vault/index.ts';
import {type Examined, examine} from './examine.ts';
import {chooseHosts, type KnownHost, onEach, type ReachOptions} from './hosts.ts';
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
  /** What is wrong with the cluster and with no one of its members. */
  readonly cluster: readonly Finding[];
  readonly unreached: readonly {readonly name: string; readonly error: TransportError}[];
}

export interface HostDiagnosis {
  readonly name: string;
  readonly isMember: boolean;
  /** `none`: it was not looked at. */
  readonly checks: Readonly<Record<Check, 'ok' | Level | 'none'>>;
  readonly findings: readonly Finding[];
}

/** Looks at hosts, each through its own connection and none waiting for another; changes nothing and leaves nothing there. */
export async function diagnose(options: DoctorOptions): Promise<Diagnosis> {
  const {diagnostics, hosts, all, connect} = await chooseHosts(options);
  // Also those that nobody goes to: whoever is looked at is to reach them, too.
  const memberHosts = all.filter(({groups}) => groups.includes(options.group));
  const members = memberHosts.map(
    (host): Member => ({name: host.name, address: addressOf(host), ports: undefined}),
  );
  const clusterPorts = portsOf(memberHosts, 'vault_cluster_port', 8201);
  const ports = [...new Set([...portsOf(memberHosts, 'vault_port', 8200), ...clusterPorts])];
  const {signal, now} = options;
  const results = await onEach({hosts, connect}, options.forks, signal, (host, connection) =>
    examine(host, connection, members, {signal, now, ports}),
  );
  const seen = results.filter((one): one is Examined => !(one instanceof TransportError));
  const status = clusterStatus(
    seen.flatMap(({name, member}) =>
      member?.vault ? [{host: name, found: member.vault.found, view: member.vault.view}] : [],
    ),
    now(),
    memberHosts.every(({name}) => seen.some((one) => one.name === name)),
  );
  const whole: Whole = {
    status,
    pairs: seen.flatMap(({reachability}) => reachability.pairs),
    lost: hosts.map(({name}) => name).filter((name) => seen.every((one) => one.name !== name)),
    clusterPorts,
    nowMs: now(),
    ownOffsetMs: ownOffsetMs(
      seen.flatMap(({reachability}) => reachability.clocks),
      clockOffMs,
    ),
    hosts: new Map(all.map((host) => [host.name, host])),
    newest: newestOf(seen, status, memberHosts),
  };
  return {
    diagnostics,
    hosts: seen.map((one) => judged(one, whole)),
    cluster: [...judge(clusterRules, status), ...judge(ownRules, {offsetMs: whole.ownOffsetMs})],
    unreached: results.flatMap((error, index) =>
      error instanceof TransportError ? [{name: hosts[index]?.name ?? '', error}] : [],
    ),
  };
}

/** What a member is judged with beyond what it says itself. */
interface Whole {
  readonly status: ClusterStatus;
  readonly pairs: Reachability['pairs'];
  readonly lost: readonly string[];
  readonly clusterPorts: readonly number[];
  readonly nowMs: number;
  /** How far this machine's clock is behind that of hosts which agree; else 0. */
  readonly ownOffsetMs: number;
  readonly hosts: ReadonlyMap<string, KnownHost>;
  /** By product. */
  readonly newest: ReadonlyMap<string, string | undefined>;
}

function judged(seen: Examined, whole: Whole): HostDiagnosis {
  const {name, member} = seen;
  const findings = [
    ...hostFindings(seen, whole.ownOffsetMs),
    ...serverFindings(seen, whole.status),
    ...netFindings(seen, whole),
    ...versionFindings(seen, whole),
  ];
  const notLooked = new Set<Check>([
    ...(member?.vault ? [] : (['server', 'unit'] as const)),
    ...(seen.reachability.pairs.length > 0 ? [] : (['net'] as const)),
    ...(runs(seen, whole.status) ? [] : (['version'] as const)),
  ]);
  const levelOf = (check: Check): HostDiagnosis['checks'][Check] => {
    const own = findings.filter((one) => one.check === check);
    return notLooked.has(check) && own.length === 0 ? 'none' : worstOf(own);
  };
  return {
    name,
    isMember: member !== undefined,
    checks: Object.fromEntries(checks.map((check) => [check, levelOf(check)])) as HostDiagnosis['checks'],
    findings,
  };
}

function hostFindings(
  {name, facts, condition, reachability, member}: Examined,
  behindMs: number,
): readonly Finding[] {
  const [clock] = reachability.clocks;
  const places = member?.vault?.condition?.volumes ?? [];
  const others = places.filter(({point}) => condition.volumes.every((one) => one.point !== point));
  const unit = member?.vault?.condition?.unit;
  return judge(hostRules, {
    name,
    facts,
    condition: {...condition, volumes: [...condition.volumes, ...others]},
    clock: clock && {...clock, offsetMs: clock.offsetMs - behindMs},
    isAgainstOthers: behindMs !== 0,
    names: reachability.names,
    member: member && {address: member.address, ...(unit ? {unit} : {})},
  });
}

function serverFindings({name, facts, member}: Examined, {nodes}: ClusterStatus): readonly Finding[] {
  if (member?.refusal) return judge(refusedRules, member.refusal);
  const node = nodes[name];
  if (!member?.vault || !node) return [];
  const {found, server, condition, owed} = member.vault;
  return judge(serverRules, {
    host: name,
    address: member.address,
    facts,
    found,
    node,
    server,
    condition,
    owed,
  });
}

function netFindings({name, reachability, member}: Examined, whole: Whole): readonly Finding[] {
  if (!member) return [];
  const {status, ...rest} = whole;
  return judge(netRules, {host: name, names: reachability.names, nodes: status.nodes, ...rest});
}

function versionFindings(seen: Examined, {status, hosts, newest}: Whole): readonly Finding[] {
  const running = runs(seen, status);
  if (!running) return [];
  const {product, version, architecture} = running;
  const wanted = hosts.get(seen.name)?.text('vault_version');
  return judge(versionRules, {
    product,
    version,
    architecture,
    wanted: {
      product: hosts.get(seen.name)?.text('vault_product'),
      version: wanted !== undefined && isVersion(wanted) ? wanted : undefined,
    },
    newest: newest.get(product),
  });
}

interface Running {
  readonly host: string;
  readonly product: string;
  readonly version: string;
  readonly architecture: Architecture;
}

/** Undefined where nothing that has a version answers, or on a machine that nothing is known of. */
function runs({name, facts: {architecture}}: Examined, {nodes}: ClusterStatus): Running | undefined {
  const {product, version} = nodes[name] ?? {};
  if (product === undefined || !version || !isVersion(version) || !isArchitecture(architecture))
    return undefined;
  return {host: name, product, version, architecture};
}

/**
 * One version for all members, whichever of them have which boards: of those that were not seen the inventory says it.
 * Where it does not, no version is known to run on all.
 */
function newestOf(
  seen: readonly Examined[],
  status: ClusterStatus,
  members: readonly KnownHost[],
): ReadonlyMap<string, string | undefined> {
  const running = seen.flatMap((one) => runs(one, status) ?? []);
  const others = members.filter(({name}) => running.every(({host}) => host !== name));
  const unseen = others.map((host) => ({host: host.name, architecture: architectureOf(host, seen)}));
  const known = unseen.filter((one): one is MemberMachine => one.architecture !== undefined);
  if (known.length < unseen.length) return new Map();
  return new Map(running.map(({product}) => [product, newestFor(product, [...running, ...known])]));
}

interface MemberMachine {
  readonly host: string;
  readonly architecture: Architecture;
}

/** As its facts have it, else as the inventory does: `arch`, or its board's usual system. */
function architectureOf({name, text}: KnownHost, seen: readonly Examined[]): Architecture | undefined {
  const named = seen.find((one) => one.name === name)?.facts.architecture ?? text('arch');
  return named === undefined ? boardNamed(text('board') ?? '')?.architecture : architectureNamed(named);
}

function portsOf(hosts: readonly KnownHost[], variable: string, usual: number): readonly number[] {
  const ports = hosts.map((host) => Number(host.text(variable) ?? usual));
  return [...new Set(ports)].filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
}
