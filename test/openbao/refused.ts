import type {Value, ValueMap} from '../../src/values/index.ts';
import type {Server} from './server.ts';

/** What is set over the settings that a server is made with, of which each server itself says whether it starts. */
export interface Trial {
  readonly name: string;
  readonly settings: ValueMap;
}

const hidden = '/proc/none';
const join = 'provider=aws region=x tag_key=a tag_value=b';
const address = 'http://127.0.0.1:1';

/** Each beside its neighbour that is taken: what vprov says of it is held against what the server does. */
export function trials({directory, ports, version}: Server): readonly Trial[] {
  const one = (name: string, settings: ValueMap): Trial => ({name, settings});
  const raft = (name: string, own: ValueMap): Trial => one(name, {storage: {raft: own}});
  const joins = (name: string, own: ValueMap): Trial => raft(name, {retry_join: [own]});
  const probe = (name: string, own: ValueMap): Trial => one(name, {listener: {probe: own}});
  const third = (name: string, at: string): Trial =>
    one(name, {
      listener: {third: {address: at, cluster_address: `127.0.0.1:${ports.third + 1}`, tls_disable: true}},
    });
  const headers = (name: string, value: Value): Trial => probe(name, {custom_response_headers: value});
  const certificate = {
    leader_ca_cert_file: `${directory}/a.pem`,
    leader_client_cert_file: `${directory}/a.pem`,
    leader_client_key_file: `${directory}/a.key`,
  };
  const transit = {address, token: 'x', key_name: 'k', mount_path: 'transit/'};
  return [
    one('a lease longer than the longest', {default_lease_ttl: '900h', max_lease_ttl: '800h'}),
    one('a lease as long as the longest', {default_lease_ttl: '800h', max_lease_ttl: '800h'}),
    one('a lease longer than the longest by default', {default_lease_ttl: '1000h'}),
    one('a longest lease below the usual one', {max_lease_ttl: '1h'}),
    one('raft without clustering', {disable_clustering: true}),
    one('a URL without a scheme', {api_addr: `127.0.0.1:${ports.api}`}),
    one('a name for a URL', {api_addr: 'deskpi'}),
    one('a URL without a port', {api_addr: 'http://127.0.0.1'}),
    one('a cluster address without a scheme', {cluster_addr: `127.0.0.1:${ports.cluster}`}),
    one('a filter without a sign', {telemetry: {prefix_filter: ['foo']}}),
    one('a filter with one', {telemetry: {prefix_filter: ['-foo']}}),
    one('a second telemetry block', {telemetry: [{disable_hostname: true}, {disable_hostname: true}]}),
    one('raft for high availability, too', {ha_storage: {raft: {path: `${directory}/other`, node_id: 'x'}}}),
    one('two seals', {seal: [{transit}, {awskms: {region: 'x', kms_key_id: 'y'}}]}),
    one('a seal of Enterprise', {seal: {pkcs11: {lib: '/x', slot: '0', pin: 'y', key_label: 'a'}}}),
    // Where it is one of the server's own, it asks the cloud.
    ...(version.startsWith('2.7.')
      ? [one('a seal of a cloud', {seal: {awskms: {region: 'x', kms_key_id: 'y'}}})]
      : []),
    one('another storage beside it', {storage: {consul: {address: '127.0.0.1:1'}}}),
    one('two registrations', {service_registration: [{kubernetes: {}}, {consul: {}}]}),
    one('permissions in letters', {plugin_file_permissions: 'rwx'}),
    one('memory that is locked', {disable_mlock: false}),
    one('plugins in a directory that is not there', {plugin_directory: '/proc/none'}),
    raft('raft without patience', {performance_multiplier: 0}),
    raft('an autopilot that acts before it looks', {autopilot_reconcile_interval: '1s'}),
    raft('an autopilot that looks too late', {autopilot_update_interval: '20s'}),
    raft('an autopilot that does both', {
      autopilot_reconcile_interval: '2s',
      autopilot_update_interval: '2s',
    }),
    raft('no vote and nobody to join', {retry_join_as_non_voter: true}),
    raft('no vote', {retry_join_as_non_voter: true, retry_join: [{leader_api_addr: address}]}),
    raft('no value however small', {max_entry_size: 0}),
    raft('snapshots all the time', {snapshot_interval: 0}),
    raft('snapshots every millisecond', {snapshot_interval: '1ms'}),
    raft('snapshots often', {snapshot_interval: '10ms'}),
    one('a lock for a method that has none', {user_lockout: {github: {lockout_threshold: 3}}}),
    one('a lock for nobody', {user_lockout: {}}),
    one('a storage by its older name beside it', {backend: {inmem: {}}}),
    one('a lock for one that has', {user_lockout: {LDAP: {lockout_threshold: 3}}}),
    joins('a member and a search for one', {leader_api_addr: address, auto_join: join}),
    joins('neither', {leader_tls_servername: 'x'}),
    joins('a CA that is not there', {leader_api_addr: address, leader_ca_cert_file: `${hidden}/ca.pem`}),
    joins('a CA', {leader_api_addr: address, leader_ca_cert_file: `${directory}/a.pem`}),
    joins('a certificate without its key', {
      leader_api_addr: address,
      leader_client_cert_file: `${directory}/a.pem`,
    }),
    joins('a certificate in text without its key', {leader_api_addr: address, leader_client_cert: 'x'}),
    joins('a certificate, its key and a CA', {leader_api_addr: address, ...certificate}),
    joins('a key that is not there', {
      leader_api_addr: address,
      ...certificate,
      leader_client_key_file: `${hidden}/a.key`,
    }),
    headers('a header for status 999', {'999': {'X-A': ['b']}}),
    headers('a header for status 4XX', {'4XX': {'X-A': ['b']}}),
    headers('a header for status 599', {'599': {'X-A': ['b']}}),
    headers('a header for all of 4xx', {'4xx': {'X-A': ['b']}}),
    headers('a header that is no list', {default: {'X-A': 'b'}}),
    probe('no certificate', {tls_cert_file: null, tls_key_file: null}),
    probe('a certificate that is not there', {tls_cert_file: `${hidden}/a.pem`}),
    probe('a certificate that is not there, without TLS', {
      tls_cert_file: `${hidden}/a.pem`,
      tls_disable: true,
    }),
    probe('a certificate without a key', {tls_key_file: null}),
    probe('a key without a certificate', {tls_cert_file: null}),
    probe('a cipher of nobody', {tls_cipher_suites: 'NOPE'}),
    probe('ciphers', {tls_cipher_suites: 'TLS_RSA_WITH_RC4_128_SHA,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'}),
    probe('TLS from 1.3 to 1.2', {tls_min_version: 'tls13', tls_max_version: 'tls12'}),
    probe('clients that must and must not show who they are', {
      tls_require_and_verify_client_cert: true,
      tls_disable_client_certs: true,
    }),
    probe('clients of a CA that is not there', {
      tls_require_and_verify_client_cert: true,
      tls_client_ca_file: `${hidden}/ca.pem`,
    }),
    probe('addresses that are none', {x_forwarded_for_authorized_addrs: 'nonsense'}),
    probe('a name for an address', {x_forwarded_for_authorized_addrs: 'localhost'}),
    probe('addresses', {x_forwarded_for_authorized_addrs: ['10.0.0.0/8', '::1']}),
    probe('fewer than no addresses to skip', {x_forwarded_for_hop_skips: -1}),
    probe('a proxy at an address that is none', {
      proxy_protocol_behavior: 'use_always',
      proxy_protocol_authorized_addrs: 'nonsense',
    }),
    third('a second listener at the same address', `127.0.0.1:${ports.api}`),
    third('one by its name', `localhost:${ports.api}`),
    third('one that listens everywhere', `0.0.0.0:${ports.api}`),
    third('one that listens everywhere, IPv6 too', `[::]:${ports.api}`),
    third('one on another port', `0.0.0.0:${ports.third}`),
  ];
}

/** Maps into maps; what is null is not there. */
export function over(below: ValueMap, above: ValueMap): ValueMap {
  const entries = Object.entries(above).map(([key, value]): [string, Value] => {
    const there = below[key];
    return [key, isPlainMap(there) && isPlainMap(value) ? over(there, value) : value];
  });
  return {...below, ...Object.fromEntries(entries)};
}

function isPlainMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
