import type {Duplex} from 'node:stream';
import type {Script} from '../shell/index.ts';
import type {Completed, RequestOptions} from '../transport/index.ts';
import type {Tls} from './tls.ts';

/** A host that takes part, and how it is asked. */
export interface Member {
  readonly name: string;
  /** A name or an address by which the others reach it. */
  readonly address: string;
  /** Undefined: it is only reached, and not asked. */
  readonly ports: MemberPorts | undefined;
}

/** What a host can be asked for, as a connection offers it. */
export interface MemberPorts {
  /** A byte stream from this host to an address. @throws TransportError */
  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** @throws TransportError */
  request(script: Script, options: RequestOptions): Promise<Completed>;
}

/**
 * Why there is no connection. `refused`: the host is there, and nothing listens. `filtered`: no answer at all.
 * `no-route`: the network says so, or a firewall that rejects. `unknown-name`: the name has no address there.
 */
export type Blocked = 'refused' | 'filtered' | 'no-route' | 'unknown-name';

/** What came of one connection. `unknown`: it cannot be looked at from that host. */
export type Finding =
  | {readonly type: 'open'; readonly tls: Tls}
  | {readonly type: 'blocked'; readonly why: Blocked; readonly detail: string}
  | {readonly type: 'unknown'; readonly detail: string};

/** One host's connection to a port of another. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly address: string;
  readonly port: number;
  readonly finding: Finding;
}

/** How far a host's clock is ahead of this machine's, and how exactly that is known. */
export interface Clock {
  readonly host: string;
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/**
 * A name that one host uses for another, as its system resolves it and as a Go program without cgo does, which asks
 * /etc/hosts and DNS, and nothing else: no mDNS. Undefined: the host cannot say.
 */
export interface NameFinding {
  readonly host: string;
  readonly name: string;
  readonly bySystem: boolean | undefined;
  readonly byGo: boolean | undefined;
}

export interface Reachability {
  readonly pairs: readonly Pair[];
  readonly clocks: readonly Clock[];
  readonly names: readonly NameFinding[];
}

/** What keeps members from working together. @param closedIsFine a refusal shows a free way on which nothing listens yet */
export function needsAttention(
  {pairs, names}: Reachability,
  closedIsFine: boolean,
): {readonly blocked: readonly Pair[]; readonly traps: readonly NameFinding[]} {
  const blocked = pairs.filter(
    ({finding}) => finding.type === 'blocked' && !(closedIsFine && finding.why === 'refused'),
  );
  return {blocked, traps: names.filter(({bySystem, byGo}) => byGo === false && bySystem !== false)};
}
