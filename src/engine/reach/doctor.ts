import {
  type Check,
  checks,
  clusterRules,
  type Finding,
  hostRules,
  judge,
  type Level,
  refusedRules,
  serverRules,
  worstOf,
} from '../../doctor/index.ts';
import type {Diagnostic} from '../../errors/index.ts';
import type {Member} from '../../reachability/index.ts';
import {TransportError} from '../../transport/index.ts';
import {type ClusterStatus, clusterStatus} from '../../vault/index.ts';
import {type Examined, examine} from './examine.ts';
import {chooseHosts, onEach, type ReachOptions} from './hosts.ts';
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
  const {diagnostics, hosts, connect} = await chooseHosts(options);
  const members = hosts
    .filter(({groups}) => groups.includes(options.group))
    .map((host): Member => ({name: host.name, address: addressOf(host), ports: undefined}));
  const results = await onEach({hosts, connect}, options.forks, options.signal, (host, connection) =>
    examine(host, connection, members, options),
  );
  const seen = results.filter((one): one is Examined => !(one instanceof TransportError));
  const status = clusterStatus(
    seen.flatMap(({name, member}) =>
      member?.vault ? [{host: name, found: member.vault.found, view: member.vault.view}] : [],
    ),
  );
  return {
    diagnostics,
    hosts: seen.map((one) => judged(one, status)),
    cluster: judge(clusterRules, status),
    unreached: results.flatMap((error, index) =>
      error instanceof TransportError ? [{name: hosts[index]?.name ?? '', error}] : [],
    ),
  };
}

function judged(seen: Examined, status: ClusterStatus): HostDiagnosis {
  const {name, member} = seen;
  const findings = [...hostFindings(seen), ...serverFindings(seen, status)];
  const levelOf = (check: Check): HostDiagnosis['checks'][Check] => {
    const own = findings.filter((one) => one.check === check);
    const isOfServer = check === 'server' || check === 'unit';
    return isOfServer && !member?.vault && own.length === 0 ? 'none' : worstOf(own);
  };
  return {
    name,
    isMember: member !== undefined,
    checks: Object.fromEntries(checks.map((check) => [check, levelOf(check)])) as HostDiagnosis['checks'],
    findings,
  };
}

function hostFindings({name, facts, condition, reachability, member}: Examined): readonly Finding[] {
  const places = member?.vault?.condition?.volumes ?? [];
  const others = places.filter(({point}) => condition.volumes.every((one) => one.point !== point));
  const unit = member?.vault?.condition?.unit;
  return judge(hostRules, {
    name,
    facts,
    condition: {...condition, volumes: [...condition.volumes, ...others]},
    clock: reachability.clocks[0],
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
