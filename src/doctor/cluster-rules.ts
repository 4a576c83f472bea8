import {type Rule, told} from './finding.ts';
import {durationInWords} from './host-rules.ts';

/** A cluster as its members' answers together show it. */
export interface SeenCluster {
  /** What of `vprov vault status` is of no one member, each a sentence. */
  readonly discord: readonly string[];
}

/** What is wrong with a cluster and with no one of its members. */
export const clusterRules: readonly Rule<SeenCluster>[] = [
  {
    id: 'cluster-discord',
    check: 'server',
    level: 'problem',
    meaning:
      'Members of several clusters, versions or products, one node_id for several, or nobody who leads',
    finds: ({discord}) => discord.flatMap((message) => told(message, 'vprov vault status shows each member')),
  },
];

/** What is wrong with this machine, by which the hosts were looked at: how far its clock is behind theirs, or 0. */
export const ownRules: readonly Rule<{readonly offsetMs: number}>[] = [
  {
    id: 'clock-here',
    check: 'clock',
    level: 'problem',
    meaning:
      'Three hosts or more agree on the time, and not with this machine: its clock is the one that is 5 s or more off',
    finds: ({offsetMs}) =>
      offsetMs === 0
        ? []
        : told(
            `this machine's clock is ${durationInWords(Math.abs(offsetMs))} ${offsetMs > 0 ? 'behind' : 'ahead of'} what the hosts agree on`,
            'see timedatectl here, on the machine that vprov runs on',
          ),
  },
];

/** Why a member's server was not looked at. */
export interface Refused {
  readonly message: string;
  readonly hint: string | undefined;
}

/** What is found of a member where nobody becomes root: what anybody may see was looked at. */
export const refusedRules: readonly Rule<Refused>[] = [
  {
    id: 'server-unseen',
    check: 'server',
    level: 'problem',
    meaning: 'Nobody becomes root there, so the server was not looked at',
    finds: ({message, hint}) =>
      told(`its server was not looked at: ${message}`, hint ?? 'let the login user become root there'),
  },
];
