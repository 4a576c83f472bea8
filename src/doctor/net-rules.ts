import type {Certificate, NameFinding, Pair} from '../reachability/index.ts';
import {type NodeStatus, soonDays} from '../vault/index.ts';
import {type Rule, type Told, told} from './finding.ts';

/** How a member and the others reach each other. */
export interface SeenNet {
  readonly host: string;
  /** Among all members. */
  readonly pairs: readonly Pair[];
  /** How this host resolves the others' names. */
  readonly names: readonly NameFinding[];
  /** Members that were not reached from here either. */
  readonly lost: readonly string[];
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  /** On which members speak to each other: nobody listens there who is sealed. */
  readonly clusterPorts: readonly number[];
  readonly nowMs: number;
}

const dayMs = 24 * 3_600_000;
const verySoonDays = 7;

/** What is judged of the ways between members, and of the certificates at their ends. */
export const netRules: readonly Rule<SeenNet>[] = [
  {
    id: 'net-blocked',
    check: 'net',
    level: 'problem',
    meaning:
      'A port of another member is not reached: members cannot work together, or will not when another leads',
    finds: (seen) => {
      const blocked = seen.pairs.filter((pair) => pair.from === seen.host && isTrouble(pair, seen));
      // Of one member, for one reason, several ports are one trouble.
      const keys = [...new Set(blocked.map((pair) => `${pair.to}: ${wordsOf(pair)}`))];
      return keys.flatMap((key) => {
        const same = blocked.filter((pair) => `${pair.to}: ${wordsOf(pair)}` === key);
        const [first] = same;
        if (!first) return [];
        const ports = same.map(({port}) => port).join(' and ');
        return told(`no way to ${first.to} port ${ports}: ${wordsOf(first)}`, fixOf(first, ports));
      });
    },
  },
  {
    id: 'net-unknown',
    check: 'net',
    level: 'note',
    meaning: 'Whether ports of the others are reached cannot be looked at from there',
    finds: ({host, pairs}) => {
      const unknown = pairs.flatMap(({from, finding}) =>
        from === host && finding.type === 'unknown' ? [finding.detail] : [],
      );
      const [first] = unknown;
      return first === undefined
        ? []
        : told(
            `it cannot be looked at from there whether the others are reached: ${first}`,
            'install nc or python3 there, or let sshd forward (AllowTcpForwarding yes)',
          );
    },
  },
  {
    id: 'certificate-expired',
    check: 'net',
    level: 'problem',
    meaning: 'The certificate of a port has expired, or does within 7 days',
    finds: (seen) => certificatesTold(seen, (days) => days < verySoonDays),
  },
  {
    id: 'certificate-expires',
    check: 'net',
    level: 'note',
    meaning: 'The certificate of a port expires within 30 days',
    finds: (seen) => certificatesTold(seen, (days) => days >= verySoonDays && days < soonDays),
  },
  {
    id: 'certificate-name',
    check: 'net',
    level: 'problem',
    meaning: 'The certificate of a port is not for the address by which the others reach the host',
    finds: (seen) =>
      certificatesOf(seen).flatMap(({port, address, certificate: {isForAddress, names}}) =>
        isForAddress
          ? []
          : told(
              `its certificate on port ${port} is for ${names.slice(0, 3).join(', ') || 'nobody'}, and not for ${address}, by which the others reach it`,
              `make one that has ${address} among its names, then systemctl reload`,
            ),
      ),
  },
];

/** One that nobody can expect to be open, or that is told of elsewhere, is none. */
function isTrouble({to, port, address, finding}: Pair, {lost, nodes, clusterPorts, names}: SeenNet): boolean {
  if (finding.type !== 'blocked' || lost.includes(to)) return false;
  if (finding.why === 'unknown-name') return !names.some((one) => one.name === address && one.byGo === false);
  if (finding.why !== 'refused') return true;
  const node = nodes[to];
  return node?.running === true && (!clusterPorts.includes(port) || node.sealed === false);
}

function wordsOf({finding, address}: Pair): string {
  if (finding.type !== 'blocked') return '';
  switch (finding.why) {
    case 'refused':
      return `${address} refuses: its server runs, and does not listen there`;
    case 'filtered':
      return `${finding.detail} from ${address}: a firewall drops it`;
    case 'no-route':
      return `there is no route to ${address}, or a firewall rejects it`;
    case 'unknown-name':
      return `it does not resolve ${address}`;
  }
}

function fixOf({to, address, finding}: Pair, ports: string): string {
  if (finding.type !== 'blocked') return '';
  switch (finding.why) {
    case 'refused':
      return `see what ${to} listens on: vprov exec ${to} --become -- ss -ltn; vault_address and vault_port say where it should`;
    case 'filtered':
    case 'no-route':
      return `let port ${ports} through, on both hosts and between them: nft list ruleset; ip route get ${address}`;
    case 'unknown-name':
      return 'put the name into DNS, or into /etc/hosts there, or set vault_address to an address';
  }
}

interface Shown {
  readonly port: number;
  readonly address: string;
  readonly certificate: Certificate;
}

/** Those of this host, as the first of the others sees each. */
function certificatesOf({host, pairs}: SeenNet): readonly Shown[] {
  const shown = pairs.flatMap(({to, port, address, finding}): readonly Shown[] => {
    if (to !== host || finding.type !== 'open' || finding.tls.type !== 'speaks') return [];
    const {certificate} = finding.tls;
    return certificate ? [{port, address, certificate}] : [];
  });
  return shown.filter(({port}, index) => shown.findIndex((one) => one.port === port) === index);
}

function certificatesTold(seen: SeenNet, isSo: (days: number) => boolean): readonly Told[] {
  return certificatesOf(seen).flatMap(({port, certificate: {expires}}) => {
    const days = Math.floor((expires.getTime() - seen.nowMs) / dayMs);
    if (!isSo(days)) return [];
    const when = expires.toISOString().slice(0, 10);
    return told(
      `its certificate on port ${port} ${days < 0 ? `expired on ${when}` : `expires on ${when}, in ${days} days`}`,
      'put a new one in its place, then systemctl reload: it goes on unsealed',
    );
  });
}
