/** What a changed key costs a server that runs and is initialised. */
export type KeyImpact =
  /** It is not read any more: nothing. */
  | 'none'
  /** Read again on SIGHUP. */
  | 'reload'
  /** Read at the start only. */
  | 'restart'
  /** It would part the member from its data or from its cluster. */
  | 'refuse';

/** What is known of a key of the configuration. Keys that are not listed are read at the start only. */
export interface ConfigurationKey {
  readonly impact: KeyImpact;
  /** What the server takes where the key is missing. */
  readonly default?: string;
  /** Why, in words that follow "because" or name what to do instead. */
  readonly reason?: string;
}

/**
 * By path, without the numbers of repeated blocks.
 * @see https://openbao.org/docs/configuration/ and https://developer.hashicorp.com/vault/docs/configuration
 * SIGHUP: `command/server.go` of both sets the log level, the level of logged requests and the listeners' headers anew, and
 * reads certificates again from the same paths; all else that it reads it only compares or keeps for the API to tell.
 */
const keys: Readonly<Record<string, ConfigurationKey>> = {
  'storage.raft.path': {
    impact: 'refuse',
    reason: 'the data would stay behind in the old directory, and the member would start empty',
  },
  'storage.raft.node_id': {
    impact: 'refuse',
    reason: 'the cluster knows the member by its node_id, which cannot be changed once it has joined',
  },
  // Read by a member that is not initialised, and never again: InitiateRetryJoin in vault/raft.go.
  'storage.raft.retry_join': {impact: 'none'},
  'storage.raft.performance_multiplier': {impact: 'restart', default: '5'},
  'storage.raft.trailing_logs': {impact: 'restart', default: '10000'},
  'storage.raft.snapshot_threshold': {impact: 'restart', default: '8192'},
  'storage.raft.snapshot_interval': {impact: 'restart', default: '120s'},
  'storage.raft.max_entry_size': {impact: 'restart', default: '1048576'},
  'storage.raft.autopilot_reconcile_interval': {impact: 'restart', default: '10s'},
  'storage.raft.autopilot_update_interval': {impact: 'restart', default: '2s'},
  'storage.raft.retry_join_as_non_voter': {impact: 'restart', default: 'false'},
  cluster_addr: {
    impact: 'refuse',
    reason: 'the other members know the member by this address, and would not find it under another',
  },
  log_level: {impact: 'reload', default: 'info'},
  log_requests_level: {impact: 'reload'},
  ui: {impact: 'restart', default: 'false'},
  disable_cache: {impact: 'restart', default: 'false'},
  default_lease_ttl: {impact: 'restart', default: '768h'},
  max_lease_ttl: {impact: 'restart', default: '768h'},
  raw_storage_endpoint: {impact: 'restart', default: 'false'},
  'listener.tcp.custom_response_headers': {impact: 'reload'},
  'listener.tcp.tls_disable': {impact: 'restart', default: 'false'},
  'listener.tcp.tls_min_version': {impact: 'restart', default: 'tls12'},
  'listener.tcp.tls_require_and_verify_client_cert': {impact: 'restart', default: 'false'},
  'listener.tcp.http_idle_timeout': {impact: 'restart', default: '5m'},
  'listener.tcp.http_read_header_timeout': {impact: 'restart', default: '10s'},
  'listener.tcp.http_read_timeout': {impact: 'restart', default: '30s'},
  'listener.tcp.http_write_timeout': {impact: 'restart', default: '0'},
  'listener.tcp.max_request_size': {impact: 'restart', default: '33554432'},
  'listener.tcp.max_request_duration': {impact: 'restart', default: '90s'},
};

/** Whole blocks whose coming, going or change of label parts a member from what it has, each with the reason. */
export const keptBlocks: Readonly<Record<string, string>> = {
  storage: 'the data would stay behind in the old storage',
  ha_storage:
    'with integrated storage there is none beside it, and moving to another is not a change of its configuration',
  seal: 'what protects the root key is changed by a seal migration, which a changed configuration alone would leave half done',
};

/** Keys that people write and the servers ignore, by what is meant. Whether they matter shows when a fresh member joins. */
export const mistakenKeys: Readonly<Record<string, string>> = {
  'storage.raft.retry_join.leader_ca_file': 'leader_ca_cert_file',
  'storage.raft.retry_join.leader_cert_file': 'leader_client_cert_file',
  'storage.raft.retry_join.leader_key_file': 'leader_client_key_file',
};

/** @param path as `listener.tcp.address`; what stands below a listed key is judged as the key is */
export function knownKey(path: string): ConfigurationKey {
  for (let known = path; known !== ''; known = known.slice(0, Math.max(0, known.lastIndexOf('.')))) {
    const found = keys[known];
    if (found) return found;
  }
  return {impact: 'restart'};
}
