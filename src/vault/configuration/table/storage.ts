import type {ConfigurationBlock} from '../key.ts';

const raftSources = {
  openbao: 'https://openbao.org/docs/configuration/storage/raft/',
  vault: 'https://developer.hashicorp.com/vault/docs/configuration/storage/raft',
};

/** @see `ReloadRaftConfig` in command/server.go of Vault; CHANGELOG of 1.19.0, #29485 */
const rereadByVault = {reread: {vault: {since: '1.19.0'}}} as const;

/**
 * Used by a member that is not initialised, and never again; but read at each start, and a file that is not there or a wrong
 * one ends the server: `InitiateRetryJoin` in vault/raft.go of both, `JoinConfig` in physical/raft/raft.go.
 */
const readToJoin = {impact: 'none'} as const;
const fileToJoin = {...readToJoin, file: {openbao: {}, vault: {}}} as const;

export const storage: readonly ConfigurationBlock[] = [
  {
    path: 'storage.raft',
    title: 'storage "raft"',
    cased: true,
    sources: raftSources,
    keys: {
      path: {
        type: 'text',
        same: 'path',
        summary: 'the directory of the data',
        impact: 'refuse',
        reason: 'the data would stay behind in the old directory, and the member would start empty',
      },
      node_id: {
        type: 'text',
        summary: "the member's name in the cluster; without it the server makes one up",
        impact: 'refuse',
        reason: 'the cluster knows the member by its node_id, which cannot be changed once it has joined',
      },
      performance_multiplier: {
        type: 'integer',
        default: '5',
        least: {openbao: 1, vault: 1},
        most: 10,
        summary: "raft's timeouts are multiplied by it, 1 to 10; with 0 no member is unsealed",
      },
      trailing_logs: {
        type: 'integer',
        default: '10240',
        summary: 'log entries that are left after a snapshot',
        ...rereadByVault,
      },
      snapshot_threshold: {
        type: 'integer',
        default: '8192',
        summary: 'entries between snapshots, at least',
        ...rereadByVault,
      },
      snapshot_interval: {
        type: 'duration',
        default: '120s',
        summary: 'how often a snapshot is considered',
        ...rereadByVault,
      },
      // With 0 the server starts, and can write nothing: no lock, so no leader.
      max_entry_size: {
        type: 'integer',
        default: '1048576',
        least: {openbao: 1, vault: 1},
        summary: 'the largest value in bytes',
      },
      max_transaction_size: {
        type: 'integer',
        default: '8388608',
        vault: 'never',
        summary: 'the largest transaction in bytes',
      },
      max_mount_and_namespace_table_entry_size: {
        type: 'integer',
        openbao: 'never',
        vault: {since: '1.17.0'},
        least: {vault: 1024},
        most: 10_485_760,
        summary: 'Enterprise: the largest table of mounts or namespaces in bytes; max_entry_size otherwise',
      },
      autopilot_reconcile_interval: {
        type: 'duration',
        default: '10s',
        summary: 'how often autopilot acts; no less than autopilot_update_interval',
      },
      autopilot_update_interval: {
        vault: {since: '1.11.0'},
        type: 'duration',
        default: '2s',
        summary: 'how often autopilot looks',
      },
      autopilot_upgrade_version: {
        vault: {since: '1.11.0'},
        type: 'text',
        openbao: 'never',
        summary: 'Enterprise: the version for automated upgrades',
      },
      autopilot_redundancy_zone: {
        vault: {since: '1.11.0'},
        type: 'text',
        openbao: 'never',
        summary: 'Enterprise: the zone of the member',
      },
      retry_join_as_non_voter: {
        vault: {since: '1.12.2'},
        type: 'boolean',
        default: 'false',
        summary: 'joins without a vote; in Vault Enterprise only. Needs a retry_join',
        ...readToJoin,
      },
      raft_wal: {
        type: 'boolean',
        default: 'false',
        openbao: 'never',
        summary: 'another format of the log',
        vault: {since: '1.16.0'},
      },
      raft_log_verifier_enabled: {
        type: 'boolean',
        default: 'false',
        openbao: 'never',
        summary: 'the log is checked as it is written',
        vault: {since: '1.16.0'},
      },
      raft_log_verification_interval: {
        type: 'duration',
        default: '60s',
        openbao: 'never',
        summary: 'how often it is',
        vault: {since: '1.16.0'},
      },
    },
  },
  {
    path: 'storage.raft.retry_join',
    title: 'storage "raft" { retry_join { … } }',
    sources: raftSources,
    repeated: true,
    whole: 'none',
    keys: {
      leader_api_addr: {type: 'text', summary: 'the URL of a member to join; or auto_join', ...readToJoin},
      auto_join: {
        type: 'text',
        summary: 'how members are found, as go-discover writes it',
        secret: true,
        ...readToJoin,
      },
      auto_join_scheme: {
        type: 'text',
        default: 'https',
        values: ['http', 'https'],
        summary: 'http or https',
        ...readToJoin,
      },
      auto_join_port: {
        type: 'integer',
        default: '8200',
        summary: 'the port of members that were found',
        ...readToJoin,
      },
      leader_tls_servername: {type: 'text', summary: "the name in the leader's certificate", ...readToJoin},
      leader_ca_cert_file: {
        type: 'text',
        summary: "the CA of the leader's certificate, as a file",
        ...fileToJoin,
      },
      leader_client_cert_file: {type: 'text', summary: 'a certificate to show it, as a file', ...fileToJoin},
      leader_client_key_file: {type: 'text', summary: 'its key, as a file', ...fileToJoin},
      leader_ca_cert: {type: 'text', summary: 'the CA in PEM; files or these, not both', ...readToJoin},
      leader_client_cert: {type: 'text', summary: 'the certificate in PEM', ...readToJoin},
      leader_client_key: {type: 'text', summary: 'the key in PEM', secret: true, ...readToJoin},
    },
  },
  ...['storage.consul', 'ha_storage.consul'].map(
    (path): ConfigurationBlock => ({
      path,
      title: `${path.replace('.', ' "')}"`,
      sources: {vault: 'https://developer.hashicorp.com/vault/docs/configuration/storage/consul'},
      open: true,
      openbao: 'never',
      instead: 'OpenBao keeps nothing in Consul; raft is what it has instead',
      keys: {},
    }),
  ),
  ...['storage.*', 'ha_storage.*'].map(
    (path): ConfigurationBlock => ({
      path,
      title: `${path.replace('.*', '')} of another sort`,
      sources: {
        openbao: 'https://openbao.org/docs/configuration/storage/',
        vault: 'https://developer.hashicorp.com/vault/docs/configuration/storage',
      },
      open: true,
      keys: {},
    }),
  ),
];
