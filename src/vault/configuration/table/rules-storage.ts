import {type Block, type Extent, isSet, textIn} from '../block.ts';
import type {ConfigurationRule} from '../rule.ts';
import {isOn, lacks, named, notBelow} from '../rule-terms.ts';
import {secondsOf} from '../value.ts';

/** What two keys of a block must not be to each other. */
function both(one: string, other: string): ConfigurationRule['problem'] {
  return (block) =>
    isSet(block, one) && isSet(block, other)
      ? `sets both ${named(block, one)} and ${named(block, other)}`
      : undefined;
}

/** Of raft's own `ValidateConfig`. */
const leastSnapshotSeconds = 0.005;

/** What they refuse of integrated storage, and of whom a member joins. */
export const storageRules: readonly ConfigurationRule[] = [
  {
    block: 'storage.raft',
    says: {
      openbao: 'could not start clustered storage: snapshot_interval is too low',
      vault: 'could not start clustered storage: SnapshotInterval is too low',
    },
    problem: (block, _all, extent) => {
      const interval = isSet(block, 'snapshot_interval')
        ? textIn(block, 'snapshot_interval', extent)
        : undefined;
      return interval !== undefined && secondsOf(interval) < leastSnapshotSeconds
        ? `sets 'storage.raft.snapshot_interval' to ${interval}, below 5ms`
        : undefined;
    },
    hint: 'leave it out: 120s',
  },
  {
    block: 'storage.raft',
    says: {
      openbao: 'autopilot_reconcile_interval (1s) should be larger than autopilot_update_interval (2s)',
      vault: 'autopilot_reconcile_interval (1s) should be larger than autopilot_update_interval (2s)',
    },
    vault: {since: '1.11.0'},
    problem: notBelow('autopilot_reconcile_interval', 'autopilot_update_interval'),
  },
  {
    block: 'storage.raft',
    says: {
      openbao:
        'setting retry_join_as_non_voter to true is only valid if at least one retry_join stanza is specified',
      vault:
        'setting retry_join_as_non_voter to true is only valid if at least one retry_join stanza is specified',
    },
    vault: {since: '1.12.2'},
    problem: (block, all, extent) =>
      extent === 'whole' &&
      isOn(block, 'retry_join_as_non_voter') &&
      !all.some(({path}) => path === 'storage.raft.retry_join')
        ? "sets 'storage.raft.retry_join_as_non_voter' without a retry_join"
        : undefined,
  },
  {
    block: 'storage.raft.retry_join',
    says: {
      openbao: 'cannot provide both a leader_api_addr and auto_join',
      vault: 'cannot provide both a leader_api_addr and auto_join',
    },
    problem: both('leader_api_addr', 'auto_join'),
    hint: 'a retry_join for each; an initialised member reads it at each start, too',
  },
  {
    block: 'storage.raft.retry_join',
    says: {openbao: 'invalid certificate parameters', vault: 'invalid certificate parameters'},
    problem: (block, _all, extent) => incomplete(block, extent),
    hint: 'the CA, or all three',
  },
];

/** Certificates to join with, as files or in PEM: the CA alone, or all three. */
function incomplete(block: Block, extent: Extent): string | undefined {
  for (const form of ['_file', '']) {
    const keys = [`leader_client_cert${form}`, `leader_client_key${form}`];
    if (
      keys.some((key) => isSet(block, key)) &&
      [...keys, `leader_ca_cert${form}`].some((key) => lacks(block, key, extent))
    )
      return `has a retry_join with a part of a certificate: ${[`leader_ca_cert${form}`, ...keys].join(', ')}`;
  }
  return undefined;
}
