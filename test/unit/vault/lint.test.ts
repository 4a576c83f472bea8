import {describe, expect, it} from 'vitest';
import {
  configurationBlocks,
  mistakesOfConfiguration,
  parseHcl,
  type ServerProduct,
} from '../../../src/vault/index.ts';

function mistakes(text: string, product?: ServerProduct, version?: string): readonly string[] {
  const release = {...(product ? {product} : {}), ...(version ? {version} : {})};
  return mistakesOfConfiguration(parseHcl([text]), release).map(
    ({type, message, hint}) => `${type}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

describe('what a server would not read', () => {
  it.each([
    ['cluster_adr = "x"', "unread: sets 'cluster_adr', which no server reads (did you mean 'cluster_addr'?)"],
    [
      'listener "tcp" { tls_crt_file = "x" }',
      "unread: sets 'listener.tcp.tls_crt_file', which no server reads (did you mean 'tls_cert_file'?)",
    ],
    [
      'storage "raft" { retry_join { leader_ca_file = "x" } }',
      "unread: sets 'storage.raft.retry_join.leader_ca_file', which no server reads (the key is 'leader_ca_cert_file'; with the wrong one a fresh member cannot join, and nothing else shows it)",
    ],
    [
      'listener "tcp" { telemetry { x = 1 } }',
      "unread: sets 'listener.tcp.telemetry.x', which no server reads",
    ],
    [
      'listener "tpc" { address = "x" }',
      `refused: has listener "tpc", which no server knows (did you mean 'tcp'?)`,
    ],
    [
      'storage { rafft { path = "x" } }',
      `refused: has storage "rafft", which no server knows (did you mean 'raft'?)`,
    ],
    ['listener = "tcp"', `refused: sets 'listener', which is a block (listener "tcp" { … })`],
    ['plugin "kms" "a.b" { x = 1 }', "unread: sets 'plugin.kms.a.b.x', which no server reads"],
  ])('%s', (text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });

  it.each([
    ['storage "consul" { anything = 1 }'],
    ['seal "pkcs11" { lib = "x" }'],
    ['audit "file" "a" { options { file_path = "/x" } }'],
    ['listener "tcp" { custom_response_headers { "200" = { a = ["b"] } } }'],
    ['initialize "a" { request "b" { operation = "update"\n path = "x"\n data = { a = { b = 1 } } } }'],
    ['storage { raft { path = "x" } }'],
    ['storage "raft" {}\nlistener "tcp" {}\ntelemetry {}'],
    ['backend "raft" { path = "x" }'],
  ])('nothing is wrong with %s', (text) => {
    expect(mistakes(text)).toEqual([]);
  });

  it.each<[string, ServerProduct, string | undefined, string]>([
    [
      'disable_mlock = true',
      'openbao',
      undefined,
      "unread: sets 'disable_mlock', which OpenBao does not have",
    ],
    [
      'plugin_auto_download = true',
      'vault',
      undefined,
      "unread: sets 'plugin_auto_download', which Vault does not have",
    ],
    [
      'disable_standby_reads = true',
      'openbao',
      '2.4.4',
      "unread: sets 'disable_standby_reads', which OpenBao has since 2.5.0, and this is 2.4.4",
    ],
    [
      'service_registration "consul" { address = "x" }',
      'openbao',
      undefined,
      "refused: has the block 'service_registration.consul', which OpenBao does not have (OpenBao does not start with it: let a file of the Consul agent register the service)",
    ],
    [
      'listener "tcp" { max_json_depth = 1 }',
      'vault',
      '1.18.13',
      "unread: sets 'listener.tcp.max_json_depth', which Vault has since 1.20.3, and this is 1.18.13",
    ],
    [
      'enable_multiseal = true',
      'vault',
      '1.21.0',
      "unread: sets 'enable_multiseal', which only Vault Enterprise has, and this is 1.21.0",
    ],
    [
      'listener "tcp" { tls_prefer_server_cipher_suites = true }',
      'vault',
      '1.14.8',
      "unread: sets 'listener.tcp.tls_prefer_server_cipher_suites', which Vault had before 1.10.0, and this is 1.14.8",
    ],
    [
      'audit "file" "a" {}',
      'vault',
      '1.21.0',
      "unread: has the block 'audit.file.a', which Vault does not have (Vault makes audit devices through its API: vault audit enable)",
    ],
  ])('%s for %s %s', (text, product, version, expected) => {
    expect(mistakes(text, product, version)).toEqual([expected]);
    expect(mistakes(text)).toEqual([]);
  });
});

it.each([
  ['listener "tcp" { max_json_depth = 1 }', '1.18.14'],
  ['listener "tcp" { max_json_depth = 1 }', '1.20.3'],
  ['enable_multiseal = true', '1.21.0+ent.hsm'],
])('%s is read by Vault %s', (text, version) => {
  expect(mistakes(text, 'vault', version)).toEqual([]);
});

it.each<[string, ServerProduct, string | undefined, string | undefined]>([
  ['storage "raft" {}', 'vault', '1.20.0', 'disable_mlock'],
  ['storage "raft" {}\ndisable_mlock = false', 'vault', '1.20.0', undefined],
  ['storage "file" {}', 'vault', '1.20.0', undefined],
  ['storage "raft" {}', 'vault', '1.19.5', undefined],
  ['storage "raft" {}', 'vault', undefined, undefined],
  ['storage "raft" {}', 'openbao', '2.6.2', undefined],
])('%s for %s %s lacks %s', (text, product, version, expected) => {
  const found = mistakesOfConfiguration(parseHcl([text]), {product, ...(version ? {version} : {})}, 'whole');
  expect(found.map(({message}) => /does not set '(\w+)'/.exec(message)?.[1])).toEqual(
    expected ? [expected] : [],
  );
});

describe('what a server would not take', () => {
  it.each([
    ['ui = "yes"', "refused: sets 'ui' to what the server does not take: it takes true or false"],
    ['ui = []', "refused: sets 'ui' to what the server does not take: it takes true or false"],
    [
      'cache_size = "many"',
      "refused: sets 'cache_size' to what the server does not take: it takes a whole number",
    ],
    [
      'max_lease_ttl = "1 h"',
      `refused: sets 'max_lease_ttl' to what the server does not take: it takes a duration: "90s", "1h30m", or seconds as a number`,
    ],
    [
      'log_level = "loud"',
      "refused: sets 'log_level' to what the server does not take: it takes one of trace, debug, info, notice, warn, warning, err, error",
    ],
    [
      'service_registration "consul" { disable_registration = true }',
      "refused: sets 'service_registration.consul.disable_registration' to what the server does not take: it takes true or false, in quotes",
    ],
    [
      'api_addr = "deskpi"',
      "refused: sets 'api_addr' to what the server does not take: it takes a URL with its scheme: https://name:8200",
    ],
    [
      'listener "tcp" { custom_response_headers { "999" = { a = ["b"] } } }',
      "refused: sets 'listener.tcp.custom_response_headers' to what the server does not take: it takes for each status code (200, 4xx, default) the headers, each with a list of values",
    ],
    [
      'default_lease_ttl = "900h"\nmax_lease_ttl = "800h"',
      "refused: has 'max_lease_ttl' (800h) below 'default_lease_ttl' (900h) (the server's own words: cannot have DefaultLeaseTTL larger than MaxLeaseTTL)",
    ],
    [
      'imprecise_lease_role_tracking = "true"',
      "refused: sets 'imprecise_lease_role_tracking' to what the server does not take: it takes true or false, without quotes",
    ],
  ])('%s', (text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });

  it.each([
    'ui = "true"',
    'ui = 1',
    'cache_size = "5"',
    'max_lease_ttl = 30',
    'max_lease_ttl = "1h30m"',
    'max_lease_ttl = "2d"',
    'log_level = "INFO"',
    'cluster_name = <<E\nx\nE\n',
  ])('it takes %s', (text) => {
    expect(mistakes(text)).toEqual([]);
  });
});

describe('what raft and the lock of logins do not take, tried on both', () => {
  it.each([
    ['storage "raft" { max_entry_size = 0 }', /max_entry_size.* at least 1$/],
    ['storage "raft" { snapshot_interval = 0 }', /snapshot_interval' to 0, below 5ms/],
    ['storage "raft" { snapshot_interval = "1ms" }', /snapshot_interval' to 1ms, below 5ms/],
    ['user_lockout "github" { lockout_threshold = 3 }', /user_lockout "github", and nobody/],
    ['user_lockout {}', /^refused: has a user_lockout that says of whom in no label .*must be specified/],
    ['user_lockout { lockout_threshold = 3 }', /^refused: .* in no label/],
    ['user_lockout {\n  all {\n    lockout_threshold = 3\n  }\n}', /^refused: .* in no label/],
  ])('%s', (text, words) => {
    for (const [product, version] of [
      ['openbao', '2.7.2'],
      ['vault', '1.21.0'],
    ] as const)
      expect(mistakes(text, product, version)).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    'storage "raft" { snapshot_interval = "5ms" }',
    'storage "raft" { max_entry_size = 1048576 }',
    'user_lockout "LDAP" { lockout_threshold = 3 }',
    'user_lockout { type = "all" }',
    'user_lockout "all" {}',
  ])('%s is taken', (text) => {
    expect(mistakes(text, 'openbao', '2.7.2')).toEqual([]);
  });
});

it.each(['X-Vault-Of-Ours', 'x-vault-small'])(
  'a header that the servers keep to themselves is told, tried on both: %s',
  (header) => {
    const text = `listener "tcp" {\n  custom_response_headers {\n    "default" = { "${header}" = ["a"] }\n  }\n}`;
    expect(mistakes(text, 'openbao', '2.7.2')).toEqual([
      `unread: sets 'listener.tcp.custom_response_headers' with the header '${header}', which no server sends (what begins with X-Vault- is its own)`,
    ]);
    for (const other of ['X-Vault', 'X-Vaulted'])
      expect(mistakes(text.replace(header, other), 'vault', '1.21.0')).toEqual([]);
  },
);

describe('a storage by the name of before beside one by that of today, tried on both', () => {
  it.each([
    'backend "inmem" {}\nstorage "raft" {\n  path = "/x"\n}',
    'storage "raft" {\n  path = "/x"\n}\nbackend "inmem" {}',
    'storage "raft" {\n  path = "/x"\n}\nbackend = "nonsense"',
  ])('%s: it is not read', (text) => {
    expect(mistakes(text, 'openbao', '2.7.2')).toEqual([
      "unread: sets 'backend', which no server reads beside the 'storage' that took its place",
    ]);
    expect(mistakes(text, 'vault', '1.21.0')).toHaveLength(1);
  });

  it('two of the same name are refused as ever, in capitals too', () => {
    const text = 'Backend "inmem" {}\nbackend "raft" {}';
    expect(mistakes(text)).toEqual([expect.stringMatching(/^refused: has 2 storages: "inmem", "raft"/)]);
  });
});

describe('the table of keys', () => {
  it('has each block once, with a source for each product that has it', () => {
    const paths = configurationBlocks.map(({path}) => path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const {path, sources, openbao, vault} of configurationBlocks) {
      if (path === 'storage.consul' || path === 'ha_storage.consul') continue;
      expect([path, sources.openbao !== undefined]).toEqual([path, openbao !== 'never']);
      expect([path, sources.vault !== undefined]).toEqual([path, vault !== 'never']);
    }
  });

  it('says why, wherever it refuses', () => {
    for (const {path, keys} of configurationBlocks)
      for (const [name, {impact, reason}] of Object.entries(keys))
        expect([path, name, reason !== undefined]).toEqual([path, name, impact === 'refuse']);
  });
});
