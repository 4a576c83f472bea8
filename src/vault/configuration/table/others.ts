import type {ConfigurationBlock, ConfigurationKey} from '../key.ts';

const audit = 'https://openbao.org/docs/configuration/audit/';
const initialize = 'https://openbao.org/docs/configuration/self-init/';
const onlyOpenBao = {openbao: {since: '2.4.0'}, vault: 'never'} as const;

/** A device is made and removed on SIGHUP and at the start, and never changed: the server refuses that. */
const ofDevice = {
  impact: 'refuse',
  reason:
    'an audit device cannot be changed: give it another name, which makes a new one and removes this one',
} as const;

/** Read when a server initialises itself, and never again. */
const once = {impact: 'none'} as const;

/** What only Vault has, mostly Enterprise; their keys are not looked at. */
function ofVault(path: string): ConfigurationBlock {
  return {
    path,
    title: path.replace('.*', ' "…"'),
    sources: {
      vault: `https://developer.hashicorp.com/vault/docs/configuration/${path.replace('.*', '').replaceAll('_', '-')}`,
    },
    openbao: 'never',
    open: true,
    keys: {},
  };
}

/** What is the same of all keys of a block. */
function ofEach(
  keys: Readonly<Record<string, ConfigurationKey>>,
  more: Partial<ConfigurationKey>,
): Readonly<Record<string, ConfigurationKey>> {
  return Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, {...key, ...more}]));
}

/** Texts, all of them: Vault does not start with `disable_registration = true`. It registers anew with them on SIGHUP: CHANGELOG of 1.17.0, #17598. */
const consulKeys = ofEach(
  {
    address: {type: 'text', default: '127.0.0.1:8500', summary: 'the agent of Consul on the host'},
    scheme: {type: 'text', default: 'http', values: ['http', 'https'], summary: 'http or https'},
    check_timeout: {type: 'duration', default: '5s', summary: 'how often the state is told'},
    reconcile_timeout: {
      type: 'duration',
      default: '60s',
      vault: {since: '1.17.0'},
      summary: 'how often what Consul has is compared',
    },
    disable_registration: {type: 'quoted', default: 'false', summary: 'nothing is registered'},
    service: {type: 'text', default: 'vault', summary: "the service's name"},
    service_tags: {type: 'text', default: '', summary: 'tags, with commas'},
    service_meta: {
      type: 'text',
      vault: {since: '1.18.0'},
      summary: 'meta data: a map of texts as JSON, in quotes',
    },
    service_address: {type: 'text', summary: 'its address; api_addr otherwise'},
    token: {type: 'text', default: '', secret: true, summary: 'a token of Consul'},
    tls_ca_file: {type: 'text', default: '', summary: 'the CA of its certificate'},
    tls_cert_file: {type: 'text', default: '', summary: 'a certificate to show it'},
    tls_key_file: {type: 'text', default: '', summary: 'its key'},
    tls_min_version: {
      type: 'text',
      default: 'tls12',
      values: ['tls10', 'tls11', 'tls12', 'tls13'],
      summary: 'the oldest version of TLS',
    },
    tls_skip_verify: {type: 'quoted', default: 'false', summary: 'its certificate is not looked at'},
  },
  {reread: {vault: {since: '1.17.0'}}},
);

export const others: readonly ConfigurationBlock[] = [
  {
    path: 'service_registration.consul',
    title: 'service_registration "consul"',
    sources: {vault: 'https://developer.hashicorp.com/vault/docs/configuration/service-registration/consul'},
    openbao: 'never',
    cased: true,
    matters: true,
    comes: 'restart',
    instead: 'OpenBao does not start with it: let a file of the Consul agent register the service',
    keys: consulKeys,
  },
  {
    path: 'service_registration.kubernetes',
    title: 'service_registration "kubernetes"',
    matters: true,
    sources: {
      openbao: 'https://openbao.org/docs/configuration/service-registration/kubernetes/',
      vault: 'https://developer.hashicorp.com/vault/docs/configuration/service-registration/kubernetes',
    },
    keys: {
      namespace: {type: 'text', summary: "the pod's namespace"},
      pod_name: {type: 'text', summary: "the pod's name"},
    },
  },
  {
    path: 'user_lockout.*',
    vault: {since: '1.13.0'},
    title: 'user_lockout "all", "userpass", "ldap", "approle"',
    sources: {
      openbao: 'https://openbao.org/docs/configuration/user-lockout/',
      vault: 'https://developer.hashicorp.com/vault/docs/configuration/user-lockout',
    },
    repeated: true,
    // `getUserLockoutFromConfig` in vault/request_handling.go: what SIGHUP read last, at each login.
    keys: ofEach(
      {
        lockout_threshold: {
          type: 'integer',
          default: '5',
          summary: 'wrong passwords until somebody is locked out',
        },
        lockout_duration: {type: 'duration', default: '15m', summary: 'for how long'},
        lockout_counter_reset: {type: 'duration', default: '15m', summary: 'after which they are forgotten'},
        disable_lockout: {type: 'boolean', default: 'false', summary: 'nobody is locked out'},
      },
      {impact: 'reload'},
    ),
  },
  {
    path: 'audit.*.*',
    title: 'audit "TYPE" "PATH"',
    sources: {openbao: audit},
    repeated: true,
    whole: 'reload',
    ...onlyOpenBao,
    instead: 'Vault makes audit devices through its API: vault audit enable',
    keys: {
      description: {type: 'text', default: '', summary: 'what it is for', ...ofDevice},
      local: {type: 'boolean', default: 'false', summary: 'not replicated', ...ofDevice},
      options: {type: 'map', summary: 'as the device has them: file_path, mode, log_raw, …', ...ofDevice},
    },
  },
  {
    path: 'initialize.*',
    title: 'initialize "NAME"',
    sources: {openbao: initialize},
    repeated: true,
    whole: 'none',
    ...onlyOpenBao,
    instead: 'Vault is initialised through its API: vault operator init',
    keys: {},
  },
  {
    path: 'initialize.*.request.*',
    title: 'initialize "NAME" { request "NAME" { … } }',
    sources: {openbao: initialize},
    repeated: true,
    whole: 'none',
    ...onlyOpenBao,
    keys: {
      operation: {type: 'text', summary: 'create, read, update, delete, …', ...once},
      path: {type: 'text', summary: 'of the API', ...once},
      token: {type: 'anything', secret: true, summary: 'instead of the root token', ...once},
      data: {type: 'anything', secret: true, summary: 'what is sent', ...once},
      allow_failure: {type: 'boolean', default: 'false', summary: 'the rest goes on where it fails', ...once},
      when: {type: 'anything', summary: 'whether it is done', ...once},
    },
  },
  {
    path: 'plugin.*.*',
    title: 'plugin "TYPE" "NAME"',
    sources: {openbao: 'https://openbao.org/docs/configuration/plugins/'},
    repeated: true,
    vault: 'never',
    instead: 'Vault registers plugins through its API: vault plugin register',
    keys: {
      image: {type: 'text', summary: 'the image that it comes in; or command'},
      command: {type: 'text', summary: 'the program in plugin_directory'},
      version: {type: 'text', summary: 'its version'},
      binary_name: {type: 'text', summary: 'the program in the image'},
      sha256sum: {type: 'text', summary: 'the SHA-256 of the program, 64 digits'},
      args: {type: 'texts', summary: 'arguments'},
      env: {type: 'texts', secret: true, summary: 'environment variables, NAME=value'},
    },
  },
  ...[
    'replication',
    'sentinel',
    'entropy.*',
    'kms_library.*',
    'reporting',
    'cloud',
    'hcp_link',
    'observations',
    'adaptive_overload_protection',
    'request_limiter',
  ].map(ofVault),
];
