import type {ConfigurationBlock} from '../key.ts';

/** @see https://openbao.org/docs/configuration/ and https://developer.hashicorp.com/vault/docs/configuration */
export const topLevel: ConfigurationBlock = {
  path: '',
  title: 'The top level',
  sources: {
    openbao: 'https://openbao.org/docs/configuration/',
    vault: 'https://developer.hashicorp.com/vault/docs/configuration',
  },
  keys: {
    api_addr: {type: 'text', summary: 'the URL by which clients and the other members reach this one'},
    cluster_addr: {
      type: 'text',
      summary: 'the URL of the port that members speak to each other on; its scheme is not looked at',
      impact: 'refuse',
      reason: 'the other members know the member by this address, and would not find it under another',
    },
    cluster_name: {
      type: 'text',
      summary: 'the name of the cluster; without it the one that was made up when it was initialised',
    },
    disable_clustering: {
      type: 'boolean',
      default: 'false',
      summary: 'no forwarding between members; not with raft',
    },
    ui: {type: 'boolean', default: 'false', summary: 'the web interface, on every listener at /ui'},
    cache_size: {type: 'integer', default: '131072', summary: 'entries of the cache in front of the storage'},
    disable_cache: {type: 'boolean', default: 'false', summary: 'no cache at all'},
    disable_mlock: {
      type: 'boolean',
      default: 'false',
      summary: 'memory may be swapped; with raft it must be said since 1.20',
      openbao: 'never',
    },
    disable_printable_check: {
      type: 'boolean',
      default: 'false',
      summary: 'keys may have signs that do not print',
    },
    default_lease_ttl: {
      type: 'duration',
      default: '768h',
      summary: 'how long tokens and secrets are good for',
    },
    max_lease_ttl: {type: 'duration', default: '768h', summary: 'how long they are at most'},
    default_max_request_duration: {
      type: 'duration',
      default: '90s',
      summary: 'after which a request is given up',
    },
    raw_storage_endpoint: {
      type: 'boolean',
      default: 'false',
      summary: '/sys/raw, which reads the storage itself',
    },
    introspection_endpoint: {
      type: 'boolean',
      default: 'false',
      impact: 'reload',
      summary: '/sys/internal/inspect, which looks into the server',
    },
    enable_response_header_hostname: {
      type: 'boolean',
      default: 'false',
      summary: 'answers carry the name of the host that gave them',
    },
    enable_response_header_raft_node_id: {
      type: 'boolean',
      default: 'false',
      summary: 'answers carry the node_id of the member that gave them',
    },
    imprecise_lease_role_tracking: {
      type: 'flag',
      default: 'false',
      summary: 'leases are counted by role only where a quota needs it',
    },
    detect_deadlocks: {type: 'text', default: '', summary: 'locks to watch: statelock, quotas, expiration'},
    cluster_cipher_suites: {type: 'text', default: '', summary: 'ciphers between members'},
    pid_file: {type: 'text', default: '', summary: 'where the process number is written to'},

    log_level: {
      type: 'text',
      default: 'info',
      values: ['trace', 'debug', 'info', 'notice', 'warn', 'warning', 'err', 'error', ''],
      impact: 'reload',
      removed: 'restart',
      summary: 'what is logged: trace, debug, info, warn, error',
    },
    log_requests_level: {
      type: 'text',
      impact: 'reload',
      values: ['trace', 'debug', 'info', 'notice', 'warn', 'warning', 'err', 'error', 'off', ''],
      default: 'off',
      summary: 'at which level finished requests are logged',
    },
    log_format: {
      type: 'text',
      default: 'standard',
      values: ['standard', 'json'],
      summary: 'how a line of the log looks',
    },
    log_file: {
      type: 'text',
      default: '',
      summary: 'a file, or a directory with a slash at its end, to log to beside the journal',
    },
    log_rotate_bytes: {
      type: 'integer',
      default: '0',
      summary: 'a new log file after so many bytes; 0: no limit',
    },
    log_rotate_duration: {type: 'duration', default: '24h', summary: 'a new log file after so long'},
    log_rotate_max_files: {
      type: 'integer',
      default: '0',
      summary: 'old log files that are kept; 0: all of them, -1: none',
    },

    plugin_directory: {type: 'text', default: '', summary: 'where plugins lie: absolute, no symbolic link'},
    plugin_file_uid: {
      type: 'integer',
      default: '0',
      summary: "who owns the plugins, where that is not the server's user",
    },
    plugin_file_permissions: {type: 'text', default: '', summary: 'their permissions, in octal digits'},
    plugin_tmpdir: {
      type: 'text',
      default: '',
      openbao: 'never',
      summary: 'where containers of plugins share their sockets',
    },
    plugin_auto_download: {
      type: 'boolean',
      default: 'false',
      vault: 'never',
      summary: 'plugins are fetched at the start and on SIGHUP',
    },
    plugin_auto_register: {
      type: 'boolean',
      default: 'false',
      vault: 'never',
      summary: 'plugins are registered at the start and on SIGHUP',
    },
    plugin_download_behavior: {
      type: 'text',
      default: 'fail',
      vault: 'never',
      summary: 'whether a plugin that cannot be fetched keeps the server from starting: fail, warn',
    },
    plugin_download_max_size: {
      type: 'integer',
      default: '536870912',
      vault: 'never',
      summary: 'the largest plugin in bytes',
    },

    unsafe_allow_api_audit_creation: {
      type: 'flag',
      default: 'false',
      impact: 'reload',
      vault: 'never',
      summary: 'audit devices may be made through the API',
    },
    allow_audit_log_prefixing: {
      type: 'flag',
      default: 'false',
      impact: 'reload',
      summary: 'audit devices may have a prefix',
    },
    unsafe_cross_namespace_identity: {
      type: 'flag',
      default: 'false',
      vault: 'never',
      summary: 'groups may have members of other namespaces',
    },
    unsafe_relative_paths: {
      type: 'flag',
      default: 'false',
      vault: 'never',
      summary: 'requests may have .. in their path',
    },
    disable_standby_reads: {
      type: 'flag',
      default: 'false',
      vault: 'never',
      openbao: {since: '2.5.0'},
      summary: 'standby members answer no reading requests',
    },
    allow_unauthenticated_workflows: {
      type: 'flag',
      default: 'false',
      vault: 'never',
      summary: 'workflows may run without a token',
    },
    disable_ssct_tokens: {
      type: 'flag',
      default: 'true',
      vault: 'never',
      openbao: {since: '2.7.0'},
      summary: 'tokens do not say how new a member must be',
    },

    enable_unauthenticated_access: {
      type: 'list',
      openbao: 'never',
      vault: {since: '2.0.0'},
      summary: 'what needs no token: rekey, generate-root, generate-operation-token',
    },
    experiments: {type: 'list', openbao: 'never', summary: 'what is tried out'},
    administrative_namespace_path: {
      type: 'text',
      default: '',
      openbao: 'never',
      summary: 'Enterprise: the namespace of operators',
    },
    license_path: {
      type: 'text',
      default: '',
      openbao: 'never',
      summary: 'Enterprise: the file of the license',
    },
    enable_multiseal: {
      type: 'boolean',
      default: 'false',
      openbao: 'never',
      summary: 'Enterprise: several seals',
    },
    disable_performance_standby: {
      type: 'boolean',
      default: 'false',
      summary: 'Enterprise: standby members answer no requests',
    },
    disable_sealwrap: {
      type: 'boolean',
      default: 'false',
      summary: 'Enterprise: nothing is wrapped by the seal twice',
    },
    disable_indexing: {type: 'boolean', default: 'false', summary: 'Enterprise: no index for replication'},
    disable_sentinel_trace: {
      type: 'boolean',
      default: 'false',
      summary: 'Enterprise: policies tell nothing of their work',
    },
    enable_post_unseal_trace: {
      type: 'boolean',
      default: 'false',
      openbao: 'never',
      summary: 'what the server does after it was unsealed is traced',
    },
    post_unseal_trace_directory: {
      type: 'text',
      default: '',
      openbao: 'never',
      summary: 'where these traces go',
    },
  },
};
