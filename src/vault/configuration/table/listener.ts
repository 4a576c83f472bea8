import type {ConfigurationBlock, ConfigurationKey} from '../key.ts';

const sources = {
  openbao: 'https://openbao.org/docs/configuration/listener/tcp/',
  vault: 'https://developer.hashicorp.com/vault/docs/configuration/listener/tcp',
};
const tlsVersions = ['tls10', 'tls11', 'tls12', 'tls13'];
/** Against bodies that take much to read: CHANGELOG of 1.20.3, #31069, and of the Enterprise minors of then. */
const jsonLimit: Pick<ConfigurationKey, 'vault'> = {
  vault: {since: '1.20.3', patched: ['1.16.25', '1.18.14', '1.19.9']},
};
/** Where TLS is on. */
const fileOfTls = {file: {openbao: {}, vault: {}}} as const;
const since27: Pick<ConfigurationKey, 'openbao' | 'vault'> = {openbao: {since: '2.7.0'}, vault: 'never'};

const common: Readonly<Record<string, ConfigurationKey>> = {
  purpose: {type: 'list', summary: 'what the listener is for, where several share a port'},
  role: {
    type: 'text',
    default: 'default',
    values: ['default', 'metrics_only', ''],
    summary: 'metrics_only: nothing but metrics',
    vault: {since: '1.13.0'},
  },
  address: {
    type: 'text',
    default: '127.0.0.1:8200',
    summary: 'where it listens; may be a go-sockaddr template',
  },
  cluster_address: {
    type: 'text',
    summary: 'where members listen for each other; one port above address otherwise',
  },

  max_request_size: {
    type: 'integer',
    default: '33554432',
    summary: 'the largest request in bytes; below 0: no limit',
  },
  max_request_duration: {
    type: 'duration',
    summary: 'after which a request is given up; default_max_request_duration otherwise',
  },
  max_request_json_memory: {
    type: 'integer',
    default: '34078720',
    vault: 'never',
    summary: 'the most memory for a request in JSON',
  },
  max_request_json_strings: {
    type: 'integer',
    default: '1000',
    vault: 'never',
    summary: 'the most texts in it',
  },
  max_json_depth: {
    type: 'integer',
    default: '500',
    openbao: 'never',
    summary: 'how deep a request in JSON may be nested',
    ...jsonLimit,
  },
  max_json_string_value_length: {
    type: 'integer',
    default: '1048576',
    openbao: 'never',
    summary: 'the longest text in it',
    ...jsonLimit,
  },
  max_json_object_entry_count: {
    type: 'integer',
    default: '10000',
    openbao: 'never',
    summary: 'the most entries of a map in it',
    ...jsonLimit,
  },
  max_json_array_element_count: {
    type: 'integer',
    default: '10000',
    openbao: 'never',
    summary: 'the most elements of a list in it',
    ...jsonLimit,
  },
  max_json_token: {
    type: 'integer',
    default: '10000',
    openbao: 'never',
    summary: 'the most tokens in it',
    vault: {since: '1.21.0'},
  },
  max_token_header_size: {
    type: 'integer',
    default: '8192',
    openbao: 'never',
    vault: {since: '2.0.0'},
    summary: 'the largest token in bytes',
  },
  require_request_header: {
    type: 'boolean',
    default: 'false',
    impact: 'none',
    summary: 'of agents: their requests must carry X-Vault-Request; a server does not look at it',
  },

  tls_disable: {type: 'boolean', default: 'false', summary: 'no TLS: keys and tokens in clear'},
  tls_cert_file: {
    type: 'text',
    summary:
      'the certificate, its own first; on SIGHUP the file is read again, from the path known at the start',
    ...fileOfTls,
  },
  tls_key_file: {type: 'text', summary: 'its key, read again likewise', ...fileOfTls},
  tls_min_version: {
    type: 'text',
    default: 'tls12',
    values: tlsVersions,
    summary: 'the oldest version of TLS',
  },
  tls_max_version: {type: 'text', default: 'tls13', values: tlsVersions, summary: 'the newest'},
  tls_cipher_suites: {type: 'text', default: '', form: 'ciphers', summary: 'ciphers of TLS 1.2, with commas'},
  tls_prefer_server_cipher_suites: {
    type: 'boolean',
    openbao: 'never',
    default: 'false',
    summary: 'without effect',
    vault: {before: '1.10.0'},
  },
  tls_require_and_verify_client_cert: {
    type: 'boolean',
    default: 'false',
    summary: 'clients must show a certificate',
  },
  tls_client_ca_file: {type: 'text', default: '', summary: 'the CA of their certificates', ...fileOfTls},
  tls_disable_client_certs: {type: 'boolean', default: 'false', summary: 'they are not asked for one'},
  tls_auto_reload: {type: 'boolean', ...since27, summary: 'a changed certificate is taken up without SIGHUP'},
  tls_auto_reload_interval: {type: 'duration', ...since27, summary: 'how often it is looked for'},
  tls_key_exchange_preferences: {
    type: 'anything',
    ...since27,
    summary: 'key exchanges in order of preference',
  },

  http_idle_timeout: {type: 'duration', default: '5m', summary: 'how long an idle connection is kept'},
  http_read_header_timeout: {type: 'duration', default: '10s', summary: 'how long headers may take'},
  http_read_timeout: {type: 'duration', default: '30s', summary: 'how long a request may take to arrive'},
  http_write_timeout: {type: 'duration', default: '0', summary: 'how long an answer may take; 0: no limit'},

  proxy_protocol_behavior: {
    type: 'text',
    default: '',
    values: ['', 'use_always', 'allow_authorized', 'deny_unauthorized'],
    summary: 'the PROXY protocol of a load balancer: use_always, allow_authorized, deny_unauthorized',
  },
  proxy_protocol_authorized_addrs: {type: 'list', form: 'addresses', summary: 'from whom'},
  x_forwarded_for_authorized_addrs: {
    type: 'list',
    form: 'addresses',
    summary: 'whose X-Forwarded-For is believed; turns it on',
  },
  x_forwarded_for_hop_skips: {
    type: 'integer',
    default: '0',
    least: {openbao: 0, vault: 0},
    summary: 'addresses that are skipped from its end',
  },
  x_forwarded_for_reject_not_authorized: {
    type: 'boolean',
    default: 'false',
    summary:
      'of others it is an error; the documentation calls true the default, which both servers do not do',
  },
  x_forwarded_for_reject_not_present: {
    type: 'boolean',
    default: 'false',
    summary: 'without it a request is an error; the same holds of its default',
  },
  x_forwarded_for_client_cert_header: {
    type: 'text',
    default: '',
    summary: 'the header with the certificate of the client',
    vault: {since: '1.17.0'},
  },
  x_forwarded_for_client_cert_header_decoders: {
    type: 'text',
    default: '',
    openbao: 'never',
    summary: 'how it is written: URL, BASE64, DER',
    vault: {since: '1.17.0'},
  },

  cors_enabled: {type: 'boolean', default: 'false', summary: 'other origins may call the API from a browser'},
  cors_allowed_origins: {type: 'texts', summary: 'which'},
  cors_allowed_headers: {type: 'texts', summary: 'with which headers'},
  custom_response_headers: {
    type: 'headers',
    impact: 'reload',
    summary: 'headers of answers by status code ("200", "4xx", default), each a list of values',
  },
  redact_addresses: {
    type: 'boolean',
    default: 'false',
    openbao: 'never',
    summary: 'answers without a token have no addresses',
    vault: {since: '1.16.0'},
  },
  redact_cluster_name: {
    type: 'boolean',
    default: 'false',
    openbao: 'never',
    summary: "nor the cluster's name",
    vault: {since: '1.16.0'},
  },
  redact_version: {
    type: 'boolean',
    default: 'false',
    openbao: 'never',
    summary: 'nor the version',
    vault: {since: '1.16.0'},
  },
  chroot_namespace: {
    type: 'text',
    default: '',
    openbao: 'never',
    summary: 'Enterprise: the namespace that requests are in',
    vault: {since: '1.15.0'},
  },
  disable_replication_status_endpoints: {
    type: 'boolean',
    default: 'false',
    openbao: 'never',
    summary: 'the state of replication needs a token',
    vault: {since: '1.16.0'},
  },
  disable_request_limiter: {
    type: 'boolean',
    default: 'false',
    openbao: 'never',
    summary: 'no limit under load',
    vault: {since: '1.16.0'},
  },
  disable_unauthed_rekey_endpoints: {
    type: 'boolean',
    default: 'true',
    vault: 'never',
    summary: '/sys/rekey needs a token (default since 2.5)',
  },
  disable_unauthed_generate_root_endpoints: {
    type: 'boolean',
    default: 'true',
    vault: 'never',
    summary: '/sys/generate-root needs a token (default since 2.5.3)',
  },
  consistency_fallback_behavior: {type: 'text', ...since27, summary: 'what a standby does that is behind'},
  consistency_max_index_wait: {type: 'duration', ...since27, summary: 'how long it waits'},
  consistency_missing_header_forward: {
    type: 'flag',
    ...since27,
    summary: 'requests that do not say how new are forwarded',
  },
};

/** Certificates by ACME, where there is no tls_cert_file. */
const acme: Readonly<Record<string, ConfigurationKey>> = Object.fromEntries(
  Object.entries({
    tls_acme_ca_directory: {
      type: 'text',
      default: 'https://acme-v02.api.letsencrypt.org/directory',
      summary: 'the CA; empty: no ACME',
    },
    tls_acme_test_ca_directory: {type: 'text', summary: 'the CA to try it with'},
    tls_acme_cache_path: {type: 'text', summary: 'where certificates are kept'},
    tls_acme_ca_root: {type: 'text', default: '', summary: "the CA of the CA's own certificate"},
    tls_acme_eab_key_id: {type: 'text', default: '', summary: 'the account at the CA'},
    tls_acme_eab_mac_key: {type: 'text', default: '', secret: true, summary: 'its key'},
    tls_acme_key_type: {type: 'text', summary: 'the type of the key of certificates'},
    tls_acme_email: {type: 'text', default: '', summary: 'whom the CA may write to'},
    tls_acme_domains: {type: 'texts', summary: 'the names that certificates may be for'},
    tls_acme_disable_http_challenge: {type: 'boolean', default: 'false', summary: 'no proof over HTTP'},
    tls_acme_disable_alpn_challenge: {type: 'boolean', default: 'false', summary: 'no proof over TLS'},
    tls_acme_http_challenge_port: {
      type: 'integer',
      openbao: {since: '2.7.0'},
      summary: 'the port of the first',
    },
    tls_acme_alpn_challenge_port: {type: 'integer', openbao: {since: '2.7.0'}, summary: 'of the second'},
    tls_acme_challenge_host: {
      type: 'text',
      openbao: {since: '2.7.0'},
      summary: 'where proofs are listened for',
    },
  } satisfies Record<string, ConfigurationKey>).map(([name, key]) => [
    name,
    {openbao: {since: '2.2.0'}, vault: 'never', ...key},
  ]),
);

function access(
  path: string,
  key: string,
  where: string,
  more: Partial<ConfigurationBlock> = {},
): ConfigurationBlock {
  return {
    ...more,
    path: `listener.tcp.${path}`,
    title: `listener "tcp" { ${path} { … } }`,
    sources,
    keys: {[key]: {type: 'boolean', default: 'false', summary: `${where} needs no token`}},
  };
}

export const listener: readonly ConfigurationBlock[] = [
  {path: 'listener.tcp', title: 'listener "tcp"', sources, repeated: true, keys: {...common, ...acme}},
  access('telemetry', 'unauthenticated_metrics_access', '/sys/metrics'),
  access('profiling', 'unauthenticated_pprof_access', '/sys/pprof'),
  access('inflight_requests_logging', 'unauthenticated_in_flight_requests_access', '/sys/in-flight-req', {
    vault: {since: '1.10.0'},
  }),
  {
    path: 'listener.unix',
    title: 'listener "unix"',
    sources: {
      openbao: 'https://openbao.org/docs/configuration/listener/unix/',
      vault: 'https://developer.hashicorp.com/vault/docs/configuration/listener/unix',
    },
    repeated: true,
    vault: {since: '1.13.0'},
    keys: {
      ...common,
      address: {type: 'text', summary: 'the path of the socket'},
      socket_mode: {type: 'text', default: '', form: 'octal', summary: 'its permissions, in octal digits'},
      socket_user: {type: 'text', default: '', summary: 'its owner'},
      socket_group: {type: 'text', default: '', summary: 'its group'},
    },
  },
];
