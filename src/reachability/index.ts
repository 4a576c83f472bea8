export {isLoopback} from './loopback.ts';
export {
  type Blocked,
  type Clock,
  type Finding,
  type Member,
  type NameFinding,
  needsAttention,
  type Pair,
  type Reachability,
} from './model.ts';
export {type ProbeOptions, probeReachability} from './probe.ts';
export type {Certificate, Tls} from './tls.ts';
