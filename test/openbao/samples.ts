import type {Value, ValueMap} from '../../src/values/index.ts';
import {
  type ConfigurationBlock,
  type ConfigurationKey,
  configurationBlocks,
  type KeyType,
} from '../../src/vault/index.ts';
import {product} from '../fleet/product.ts';
import type {Server} from './server.ts';

const byType: Readonly<Record<KeyType, Value>> = {
  text: 'x',
  integer: 5,
  boolean: false,
  flag: false,
  quoted: false,
  duration: '90s',
  span: 'none',
  list: ['127.0.0.1'],
  texts: ['a'],
  map: {a: 'b'},
  headers: {default: {'X-A': ['b']}},
  anything: 'x',
};

/** Where a value of the type alone would not do. */
const special: Readonly<Record<string, Value>> = {
  api_addr: 'http://127.0.0.1:1',
  cluster_addr: 'https://127.0.0.1:2',
  address: '127.0.0.1:1',
  cluster_address: '127.0.0.1:2',
  cluster_cipher_suites: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  plugin_directory: '/tmp',
  disable_mlock: true,
  experiments: [],
  autopilot_upgrade_version: '1.2.3',
  max_mount_and_namespace_table_entry_size: 1024,
  socket_mode: '0600',
  auto_join: 'provider=aws region=x tag_key=a tag_value=b',
  service_meta: '{"a": "b"}',
  circonus_api_token: '',
  circonus_submission_url: '',
  stackdriver_project_id: '',
  dogstatsd_addr: '127.0.0.1:8125',
  statsd_address: '127.0.0.1:8125',
  statsite_address: '127.0.0.1:8125',
  socket_user: 'root',
  socket_group: 'root',
  detect_deadlocks: 'statelock',
  plugin_file_permissions: '0755',
  plugin_download_behavior: 'fail',
  tls_disable: true,
  tls_cipher_suites: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  tls_key_exchange_preferences: null,
  tls_acme_eab_mac_key: 'eA',
  usage_gauge_period: '10m',
  lease_metrics_epsilon: '1h',
  consistency_fallback_behavior: null,
  prefix_filter: ['+a'],
  sha256sum: 'ab'.repeat(32),
  env: ['A=b'],
  image: null,
  binary_name: null,
  token: null,
  when: null,
  operation: 'update',
  data: {a: {b: 1}},
  current_key: '00'.repeat(32),
  previous_key: '11'.repeat(32),
};

/** Labels where any would not do. */
const labels: Readonly<Record<string, readonly string[]>> = {
  'user_lockout.*': ['userpass'],
  'audit.*.*': ['file', 'device'],
  'plugin.*.*': ['secret', 'some'],
};

function sampleOf(name: string, {type, values}: ConfigurationKey): Value {
  if (name in special) return special[name] ?? null;
  return values?.find((one) => one !== '') ?? byType[type];
}

/** A block of every key that a version of the server has, alone in its maps. */
export function sampleOfBlock(
  block: ConfigurationBlock,
  hasIt: (key: ConfigurationKey) => boolean,
): ValueMap {
  const keys = Object.entries(block.keys).filter(([, key]) => hasIt(key));
  const inner: ValueMap = Object.fromEntries(keys.map(([name, key]) => [name, sampleOf(name, key)]));
  const own = [...(labels[block.path] ?? [])];
  const path =
    block.path === ''
      ? []
      : block.path.split('.').map((part) => (part === '*' ? (own.shift() ?? 'x') : part));
  return path.reduceRight<ValueMap>((around, part) => ({[part]: around}), inner);
}

/** Blocks that a server reads without anything outside of the host. */
export function blocksToAccept(): readonly ConfigurationBlock[] {
  return configurationBlocks.filter(
    ({open, path, ...block}) => !open && block[product.name] !== 'never' && isSeenAtStart(path),
  );
}

/** What HashiCorp's reads at its start, and does without afterwards only where what is named there answers. */
export function blocksToRead(): readonly ConfigurationBlock[] {
  return configurationBlocks.filter(
    ({open, path, ...block}) => !open && block[product.name] !== 'never' && /^seal\.|retry_join$/.test(path),
  );
}

/** HashiCorp's has no command that only reads, and it does not start without what seals and retry_join name. */
function isSeenAtStart(path: string): boolean {
  if (product.name === 'openbao') return !path.startsWith('service_');
  return !/^seal\.|retry_join$|kubernetes$/.test(path);
}

/** What HashiCorp's needs to start, with a sample in its place. */
export function startable(
  sample: ValueMap,
  {directory, ports}: Pick<Server, 'directory' | 'ports'>,
): ValueMap {
  const [address, cluster_address] = [`127.0.0.1:${ports.api}`, `127.0.0.1:${ports.cluster}`];
  const {tcp, unix} = (sample.listener ?? {}) as {tcp?: ValueMap; unix?: ValueMap};
  const {raft} = (sample.storage ?? {}) as {raft?: ValueMap};
  const listeners = [
    {tcp: {tls_disable: true, ...tcp, address, cluster_address}},
    ...(unix ? [{unix: {...unix, address: `${directory}/socket`}}] : []),
  ];
  return {
    disable_mlock: true,
    ...sample,
    api_addr: `http://${address}`,
    cluster_addr: `https://${cluster_address}`,
    storage: {raft: {...raft, path: directory, node_id: 'first'}},
    listener: listeners,
  };
}
