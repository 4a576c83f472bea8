import type {Value} from '../../hcl/tree.ts';
import {type Block, type Extent, isSet, textIn} from '../block.ts';
import type {ConfigurationRule} from '../rule.ts';
import {isFalse, secondsOf} from '../value.ts';

/** What two keys of a block must not be to each other. */
function both(one: string, other: string): ConfigurationRule['problem'] {
  return (block) =>
    isSet(block, one) && isSet(block, other)
      ? `sets both ${named(block, one)} and ${named(block, other)}`
      : undefined;
}

/** Durations that must be in order. */
function notBelow(larger: string, smaller: string): ConfigurationRule['problem'] {
  return (block, _all, extent) => {
    if (!isSet(block, larger) && !isSet(block, smaller)) return undefined;
    const [most, least] = [larger, smaller].map((key) => textIn(block, key, extent));
    if (most === undefined || least === undefined || secondsOf(most) >= secondsOf(least)) return undefined;
    return `has ${named(block, larger)} (${most}) below ${named(block, smaller)} (${least})`;
  };
}

/** Only of the whole is it known that a key is missing. */
function lacks(block: Block, key: string, extent: Extent): boolean {
  return extent === 'whole' && !isSet(block, key);
}

function named({names}: Block, key: string): string {
  return `'${[...names, key].join('.')}'`;
}

/** Whether a key is surely not true; its default is false. */
function isOff(block: Block, key: string, extent: Extent): boolean {
  return isFalse(textIn(block, key, extent) ?? 'true');
}

function isOn(block: Block, key: string): boolean {
  return isSet(block, key) && !isFalse(textIn(block, key, 'part') ?? 'false');
}

/** The blocks of a type: both `seal "transit"` and `seal "awskms"` are of `seal`. */
function ofType(all: readonly Block[], type: string): readonly Block[] {
  return all.filter(
    ({names}) => names[0] === type && (names.length === 2 || (type === 'telemetry' && names.length === 1)),
  );
}

function several(found: readonly Block[], what: string): string | undefined {
  const labels = found.map(({names}) => `"${names.at(-1)}"`).join(', ');
  return found.length > 1
    ? `has ${found.length} ${what}${what === 'telemetry blocks' ? '' : `: ${labels}`}`
    : undefined;
}

/** Of raft's own `ValidateConfig`. */
const leastSnapshotSeconds = 0.005;
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

const onRaft = (all: readonly Block[]): boolean => all.some(({path}) => path === 'storage.raft');

/** Where a listener is, if it is written in full. */
function portOf(address: string | undefined): {readonly host: string; readonly port: string} | undefined {
  const [, host, port] = /^(.*):(\d+)$/.exec(address ?? '') ?? [];
  return host === undefined || port === undefined || host.includes('{{')
    ? undefined
    : {host: host === 'localhost' ? '127.0.0.1' : host, port};
}

const everywhere = ['', '0.0.0.0', '[::]', '::'];

/** A listener that one before keeps from its port. */
function takenPort(block: Block, all: readonly Block[], extent: Extent): string | undefined {
  const own = portOf(textIn(block, 'address', extent));
  const before = all.slice(0, all.indexOf(block)).filter(({path}) => path === 'listener.tcp');
  for (const other of before) {
    const there = portOf(textIn(other, 'address', extent));
    if (!own || !there || own.port !== there.port) continue;
    if (own.host === there.host || [own.host, there.host].some((host) => everywhere.includes(host)))
      return `has two listeners on one port: ${textIn(other, 'address', extent)} and ${textIn(block, 'address', extent)}`;
  }
  return undefined;
}

/**
 * What the servers refuse beyond the type of a key, each tried on them: test/openbao/refused.ts. The environment may say what a
 * configuration lacks, so little is said of that.
 */
export const configurationRules: readonly ConfigurationRule[] = [
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
  {
    block: 'listener.tcp',
    says: {
      vault: 'error loading TLS cert: open : no such file or directory',
    },
    problem: (block, _all, extent) =>
      isOff(block, 'tls_disable', extent) &&
      (lacks(block, 'tls_cert_file', extent) || lacks(block, 'tls_key_file', extent))
        ? 'has a listener with TLS and no certificate'
        : undefined,
    hint: 'tls_cert_file and tls_key_file, or tls_disable = true',
  },
  {
    block: 'listener.tcp',
    says: {openbao: 'error loading TLS cert: open : no such file or directory'},
    problem: (block, _all, extent) =>
      isOff(block, 'tls_disable', extent) &&
      isSet(block, 'tls_cert_file') &&
      lacks(block, 'tls_key_file', extent)
        ? 'has a listener with a certificate and no key'
        : undefined,
    hint: 'tls_key_file',
  },
  {
    block: 'listener.tcp',
    says: {
      openbao: "'tls_max_version' must be greater than or equal to 'tls_min_version'",
      vault: "'tls_max_version' must be greater than or equal to 'tls_min_version'",
    },
    problem: (block, _all, extent) => {
      const [most, least] = ['tls_max_version', 'tls_min_version'].map((key) => textIn(block, key, extent));
      return most !== undefined && least !== undefined && most < least && isOff(block, 'tls_disable', extent)
        ? `has ${named(block, 'tls_max_version')} below ${named(block, 'tls_min_version')}`
        : undefined;
    },
  },
  {
    block: 'listener.tcp',
    says: {
      openbao: "'tls_disable_client_certs' and 'tls_require_and_verify_client_cert' are mutually exclusive",
      vault: "'tls_disable_client_certs' and 'tls_require_and_verify_client_cert' are mutually exclusive",
    },
    problem: (block, _all, extent) =>
      isOn(block, 'tls_disable_client_certs') &&
      isOn(block, 'tls_require_and_verify_client_cert') &&
      isOff(block, 'tls_disable', extent)
        ? 'has a listener that must and must not ask for certificates'
        : undefined,
  },
  {
    block: 'listener.tcp',
    says: {openbao: 'bind: address already in use', vault: 'bind: address already in use'},
    problem: takenPort,
    hint: 'one that listens everywhere is enough; change the one that is there by its address',
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
