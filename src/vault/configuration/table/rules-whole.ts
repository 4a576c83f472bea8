import type {Value} from '../../hcl/tree.ts';
import {type Block, isSet, textIn} from '../block.ts';
import type {ConfigurationRule} from '../rule.ts';
import {isOn, lacks, notBelow, ofType, onRaft} from '../rule-terms.ts';
import {isFalse} from '../value.ts';

function several(found: readonly Block[], what: string): string | undefined {
  const labels = found.map(({names}) => `"${names.at(-1)}"`).join(', ');
  return found.length > 1
    ? `has ${found.length} ${what}${what === 'telemetry blocks' ? '' : `: ${labels}`}`
    : undefined;
}

/** The servers take the one that says it as `type = "all"`, too. A block in it is no label to them. */
function locksNobody(unlabelled: Value | undefined): boolean {
  return (
    unlabelled?.type === 'object' &&
    !unlabelled.body.items.some(({keys: [key]}) => key?.name.toLowerCase() === 'type')
  );
}

const lockedOut = ['all', 'userpass', 'ldap', 'approle'];

const ofClouds = ['awskms', 'gcpckms', 'azurekeyvault', 'alicloudkms', 'ocikms'];

function hasKmsPlugin(all: readonly Block[], name: string): boolean {
  return all.some(({names: [type, kind, own]}) => type === 'plugin' && kind === 'kms' && own === name);
}

/** What the servers refuse of the top level, of seals, and of blocks that stand several times. */
export const wholeRules: readonly ConfigurationRule[] = [
  {
    block: '',
    says: {vault: 'disable_mlock must be configured'},
    vault: {since: '1.20.0'},
    problem: (block, all, extent) =>
      onRaft(all) && lacks(block, 'disable_mlock', extent)
        ? "does not set 'disable_mlock', without which this server does not start"
        : undefined,
    hint: 'set it: disable_mlock = true',
  },
  {
    block: '',
    says: {openbao: 'the line "disable_mlock" = false from your config'},
    problem: (block) =>
      isSet(block, 'disable_mlock') && isFalse(textIn(block, 'disable_mlock', 'part') ?? '')
        ? "sets 'disable_mlock' to false, and OpenBao locks no memory"
        : undefined,
    hint: 'leave it out; MemorySwapMax=0 of the unit keeps it off the disk',
  },
  {
    block: '',
    says: {
      openbao: 'cannot have DefaultLeaseTTL larger than MaxLeaseTTL',
      vault: 'cannot have DefaultLeaseTTL larger than MaxLeaseTTL',
    },
    problem: notBelow('max_lease_ttl', 'default_lease_ttl'),
  },
  {
    block: '',
    says: {
      openbao: 'disable clustering cannot be set to true when Raft is the storage type',
      vault: 'Disable clustering cannot be set to true when Raft is the storage type',
    },
    problem: (block, all) =>
      onRaft(all) && isOn(block, 'disable_clustering') ? "sets 'disable_clustering' with raft" : undefined,
  },
  {
    block: '',
    says: {
      openbao: "only one 'telemetry' block is permitted",
      vault: "only one 'telemetry' block is permitted",
    },
    problem: (_, all) => several(ofType(all, 'telemetry'), 'telemetry blocks'),
  },
  {
    block: '',
    says: {
      openbao: 'only one "storage" block is permitted',
      vault: 'only one "storage" block is permitted',
    },
    problem: (_, all) => several(ofType(all, 'storage'), 'storages'),
  },
  {
    block: '',
    says: {
      openbao: 'only one "service_registration" block is permitted',
      vault: 'only one "service_registration" block is permitted',
    },
    problem: (_, all) => several(ofType(all, 'service_registration'), 'service registrations'),
  },
  {
    block: '',
    says: {
      openbao: 'HA storage cannot be declared when Raft is the storage type',
      vault: 'HA storage cannot be declared when Raft is the storage type',
    },
    problem: (_, all) =>
      onRaft(all) && ofType(all, 'ha_storage').length > 0 ? "has 'ha_storage' beside raft" : undefined,
    hint: 'raft is what members agree by, too: leave it out',
  },
  {
    block: '',
    says: {
      openbao: 'seals: two seals provided but neither is disabled',
      vault: 'seals: two seals provided but neither is disabled',
    },
    problem: (_, all) =>
      several(
        ofType(all, 'seal').filter((seal) => !isOn(seal, 'disabled')),
        'seals',
      ),
    hint: 'the one that is migrated away from has disabled = true',
  },
  {
    block: '',
    says: {openbao: 'unknown wrapper: pkcs11'},
    problem: (_, all, extent) => {
      const label = ofType(all, 'seal')
        .map(({names}) => names[1] ?? '')
        .find((one) => one === 'pkcs11');
      return label !== undefined && extent === 'whole' && !hasKmsPlugin(all, label)
        ? `has seal "${label}", which these builds of OpenBao know by a plugin alone`
        : undefined;
    },
    hint: 'plugin "kms" "pkcs11" { … }',
  },
  {
    block: '',
    says: {openbao: 'unknown wrapper: awskms'},
    openbao: {since: '2.7.0'},
    problem: (_, all, extent) => {
      const label = ofType(all, 'seal')
        .map(({names}) => names[1] ?? '')
        .find((one) => ofClouds.includes(one));
      return label !== undefined && extent === 'whole' && !hasKmsPlugin(all, label)
        ? `has seal "${label}", which OpenBao knows by a plugin alone since 2.7`
        : undefined;
    },
    hint: 'plugin "kms" "NAME" { … }',
  },
  {
    block: '',
    says: {
      openbao:
        'auth type for user lockout must be specified, if it applies to all auth methods specify "all"',
      vault: 'auth type for user lockout must be specified, if it applies to all auth methods specify "all"',
    },
    vault: {since: '1.13.0'},
    problem: ({values}) =>
      locksNobody(values.get('user_lockout'))
        ? 'has a user_lockout that says of whom in no label'
        : undefined,
    hint: 'user_lockout "all" { … }',
  },
  {
    block: 'user_lockout.*',
    says: {openbao: 'unsupported auth type', vault: 'unsupported auth type'},
    vault: {since: '1.13.0'},
    problem: ({names: [, label = '']}) =>
      lockedOut.includes(label.toLowerCase())
        ? undefined
        : `has user_lockout "${label}", and nobody is locked out of that`,
    hint: lockedOut.join(', '),
  },
];
