import type {Value, ValueMap} from '../../src/values/index.ts';
import {
  type ConfigurationBlock,
  type ConfigurationKey,
  configurationBlocks,
  type KeyType,
} from '../../src/vault/index.ts';

const byType: Readonly<Record<KeyType, Value>> = {
  text: 'x',
  integer: 5,
  boolean: false,
  flag: false,
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

/** A block of every key that a version of OpenBao has, alone in its maps. */
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

/** Blocks that OpenBao reads without anything outside of the host. */
export function blocksToAccept(): readonly ConfigurationBlock[] {
  return configurationBlocks.filter(
    ({open, openbao, path}) => !open && openbao !== 'never' && !/^service_/.test(path),
  );
}
