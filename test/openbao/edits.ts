import type {Value, ValueMap} from '../../src/values/index.ts';
import {product} from '../fleet/product.ts';
import type {Server} from './server.ts';

const isVault = product.name === 'vault';

/** Something of the configuration that can be set to each of these; null: it is not there. */
export interface Knob {
  readonly name: string;
  readonly path: readonly string[];
  readonly values: readonly Value[];
}

/** The settings that the server is made with, and that every edit leads away from. */
export function firstSettings({directory, ports}: Server): ValueMap {
  const address = (port: number): string => `127.0.0.1:${port}`;
  return {
    ...(isVault ? {disable_mlock: true} : {}),
    log_level: 'info',
    api_addr: `http://${address(ports.api)}`,
    cluster_addr: `https://${address(ports.cluster)}`,
    telemetry: {disable_hostname: true},
    storage: {raft: {path: `${directory}/data`, node_id: 'first', performance_multiplier: 1}},
    listener: {
      main: {address: address(ports.api), cluster_address: address(ports.cluster), tls_disable: true},
      probe: {
        address: address(ports.probe),
        cluster_address: address(ports.probe + 1),
        tls_cert_file: `${directory}/a.pem`,
        tls_key_file: `${directory}/a.key`,
      },
      forwarded: {
        address: address(ports.forwarded),
        cluster_address: address(ports.forwarded + 1),
        tls_disable: true,
        x_forwarded_for_authorized_addrs: ['127.0.0.1'],
      },
      stranger: {
        address: address(ports.stranger),
        cluster_address: address(ports.stranger + 1),
        tls_disable: true,
        x_forwarded_for_authorized_addrs: ['192.0.2.7'],
        x_forwarded_for_reject_not_present: false,
      },
      third: null,
    },
  };
}

/** Listeners by our names as the blocks that they are. */
export function settingsOf(model: ValueMap): ValueMap {
  const listeners = Object.values(model.listener as ValueMap).filter((one) => one !== null);
  return {...model, listener: listeners.map((one) => ({tcp: one}))};
}

const booleans: readonly Value[] = [true, false, null];
const invalid = 'of a value that no server takes';

function probe(name: string, ...values: readonly Value[]): Knob {
  return {name: `probe.${name}`, path: ['listener', 'probe', ...name.split('.')], values};
}

function top(name: string, ...values: readonly Value[]): Knob {
  return {name, path: [name], values};
}

/** What edits may do; the last ones are those that a member must not see. */
export function knobs({directory, ports, version}: Server): readonly Knob[] {
  // OpenBao 2.7 makes snapshots itself, and what it goes by cannot be seen from outside.
  const givesSnapshotsToRaft = isVault || version.startsWith('2.6.');
  const raft = (name: string, ...values: readonly Value[]): Knob => ({
    name,
    path: ['storage', 'raft', name],
    values,
  });
  const of = (listener: string, name: string, ...values: readonly Value[]): Knob => ({
    name: `${listener}.${name}`,
    path: ['listener', listener, name],
    values,
  });
  const headers = (value: string): Value => ({default: {'X-Of-Ours': [value]}});
  return [
    top('ui', ...booleans),
    top('log_level', 'info', 'debug', 'trace', null),
    top('log_requests_level', 'info', 'warn', 'off', null),
    top('log_format', 'json', 'standard', null),
    top('log_file', `${directory}/extra.log`, null),
    top('pid_file', `${directory}/pid`, null),
    top('introspection_endpoint', ...booleans),
    top('raw_storage_endpoint', ...booleans),
    top('default_lease_ttl', '1h', 3600, '768h', 2_764_800, null),
    top('max_lease_ttl', '900h', '768h', null),
    top('enable_response_header_hostname', ...booleans),
    top('enable_response_header_raft_node_id', ...booleans),
    top('cluster_name', 'one', 'another', null),
    top('api_addr', `http://127.0.0.1:${ports.api}`, `http://localhost:${ports.api}`),
    {
      name: 'telemetry.metrics_prefix',
      path: ['telemetry', 'metrics_prefix'],
      values: ['other', 'vault', null],
    },
    {
      name: 'telemetry.prometheus_retention_time',
      path: ['telemetry', 'prometheus_retention_time'],
      values: ['0s', '24h', 86_400, null],
    },
    {
      name: 'main.custom_response_headers',
      path: ['listener', 'main', 'custom_response_headers'],
      values: [headers('a'), headers('b'), null],
    },
    {
      name: 'third listener',
      path: ['listener', 'third'],
      values: [
        {
          address: `127.0.0.1:${ports.third}`,
          cluster_address: `127.0.0.1:${ports.third + 1}`,
          tls_disable: true,
        },
        null,
      ],
    },
    raft(
      'retry_join',
      [{leader_api_addr: 'http://127.0.0.1:1'}],
      [{leader_api_addr: 'http://127.0.0.1:2'}, {leader_api_addr: 'http://127.0.0.1:1'}],
      null,
    ),
    raft('performance_multiplier', 1, 2, '1'),
    ...(givesSnapshotsToRaft
      ? [
          raft('trailing_logs', 10_000, 9000, null),
          raft('snapshot_threshold', 8192, '8000', null),
          raft('snapshot_interval', '120s', '2m', 60, null),
        ]
      : []),
    raft('max_entry_size', 1_048_576, 600_000, null),
    probe('tls_cert_file', `${directory}/a.pem`, `${directory}/b.pem`),
    probe('require_request_header', ...booleans),
    of('forwarded', 'x_forwarded_for_reject_not_present', ...booleans),
    of('stranger', 'x_forwarded_for_reject_not_authorized', ...booleans),
    probe('max_request_size', 2000, 33_554_432, null),
    probe('custom_response_headers', headers('c'), null),
    probe('telemetry.unauthenticated_metrics_access', ...booleans),
    probe('profiling.unauthenticated_pprof_access', ...booleans),
    probe('inflight_requests_logging.unauthenticated_in_flight_requests_access', ...booleans),
    ...(isVault ? ofVault(version) : ofOpenBao(directory)),
    ...takenBack(directory),
  ];
}

function ofOpenBao(directory: string): readonly Knob[] {
  return [
    top('unsafe_allow_api_audit_creation', ...booleans),
    {
      name: 'audit',
      path: ['audit', 'file', 'declared'],
      values: [{options: {file_path: `${directory}/audit.log`}}, null],
    },
    probe('max_request_json_strings', 10, 1000, null),
    probe('disable_unauthed_rekey_endpoints', ...booleans),
    probe('disable_unauthed_generate_root_endpoints', ...booleans),
    takenBackOne(
      'another file of an audit device',
      {options: {file_path: `${directory}/other.log`}},
      'audit',
      'file',
      'declared',
    ),
    takenBackOne('a seal', {static: {current_key_id: '1', current_key: `${'00'.repeat(31)}01`}}, 'seal'),
    takenBackOne(
      'a service_registration that OpenBao does not have',
      {consul: {address: 'x'}},
      'service_registration',
    ),
  ];
}

function ofVault(version: string): readonly Knob[] {
  const is121 = version.startsWith('1.21.');
  return [
    ...(is121
      ? [
          top('allow_audit_log_prefixing', ...booleans),
          probe('max_json_object_entry_count', 10, 10_000, null),
          probe('redact_version', ...booleans),
          probe('redact_cluster_name', ...booleans),
          takenBackOne('mlock not said', null, 'disable_mlock'),
        ]
      : []),
    takenBackOne(
      'a seal',
      {transit: {address: 'http://127.0.0.1:1', token: 'x', key_name: 'k', mount_path: 'transit/'}},
      'seal',
    ),
  ];
}

/**
 * Each of these is taken back once it was tried: it hides what others do, or the member must not see it. Another cluster_addr
 * is not among them: that it is refused is for the other members' sake, and here there are none.
 */
function takenBack(directory: string): readonly Knob[] {
  return [
    takenBackOne('probe.tls_min_version', 'tls13', 'listener', 'probe', 'tls_min_version'),
    takenBackOne('probe.tls_max_version', 'tls12', 'listener', 'probe', 'tls_max_version'),
    takenBackOne('probe.tls_disable', true, 'listener', 'probe', 'tls_disable'),
    takenBackOne(
      'probe.tls_require_and_verify_client_cert',
      true,
      'listener',
      'probe',
      'tls_require_and_verify_client_cert',
    ),
    takenBackOne('no telemetry', null, 'telemetry'),
    takenBackOne('another node_id', 'second', 'storage', 'raft', 'node_id'),
    takenBackOne('another path', `${directory}/other`, 'storage', 'raft', 'path'),
    takenBackOne('another storage', {inmem: {}}, 'storage'),
    takenBackOne(`ui ${invalid}`, 'perhaps', 'ui'),
    takenBackOne(`log_level ${invalid}`, 'loud', 'log_level'),
    takenBackOne(`log_format ${invalid}`, 'xml', 'log_format'),
    takenBackOne(`cache_size ${invalid}`, 'large', 'cache_size'),
    takenBackOne(`max_lease_ttl ${invalid}`, '1 h', 'max_lease_ttl'),
    takenBackOne(`tls_min_version ${invalid}`, 'tls9', 'listener', 'probe', 'tls_min_version'),
    takenBackOne(`max_request_duration ${invalid}`, 'soon', 'listener', 'probe', 'max_request_duration'),
    takenBackOne(`imprecise_lease_role_tracking ${invalid}`, 'yes', 'imprecise_lease_role_tracking'),
  ];
}

function takenBackOne(name: string, value: Value, ...path: readonly string[]): Knob {
  return {name, path, values: [value]};
}

/** A model with one knob turned. */
export function withValue(model: ValueMap, path: readonly string[], value: Value): ValueMap {
  const [first = '', ...rest] = path;
  if (rest.length === 0) return {...model, [first]: value};
  const inner = model[first];
  // What is taken out of nothing leaves no empty block behind.
  if (value === null && (inner === null || inner === undefined)) return model;
  const below = inner === null || inner === undefined ? {} : (inner as ValueMap);
  return {...model, [first]: withValue(below, rest, value)};
}

export function valueAt(model: ValueMap, path: readonly string[]): Value {
  let value: Value = model;
  for (const name of path) value = (value as ValueMap | null)?.[name] ?? null;
  return value;
}
