/** Where vprov logs in: a mount of its own, so that nobody's AppRoles are touched. */
export const ownMount = 'vprov';
export const ownRole = 'operator';
export const ownPolicy = 'vprov-operator';

/** What vprov's login is allowed beyond: a policy that whoever runs the cluster writes, if they do. vprov makes none. */
export const grantedPolicy = 'vprov-granted';

/**
 * What vprov may do in a cluster: look after its members, and arrange what is in it, but read nothing that is kept there. Who
 * has enough shares, too, may make a root token, as ever: OpenBao since 2.5.3 and Vault since 2.0 want a login beside
 * them, and there is no other.
 */
export const operatorPolicy = `# Written by vprov: what its playbooks need. It reads no secret.
path "sys/storage/raft/configuration" { capabilities = ["read"] }
path "sys/storage/raft/autopilot/state" { capabilities = ["read"] }
path "sys/storage/raft/autopilot/configuration" { capabilities = ["read", "update"] }
path "sys/storage/raft/snapshot" { capabilities = ["read"] }
path "sys/storage/raft/remove-peer" { capabilities = ["update"] }
path "sys/ha-status" { capabilities = ["read"] }
path "sys/step-down" { capabilities = ["update", "sudo"] }
# What is arranged as data (vault_policy, vault_mount and so on): not what is kept in it, nor anybody's secret ids.
path "sys/policies/acl/*" { capabilities = ["create", "read", "update", "delete"] }
path "sys/mounts" { capabilities = ["read"] }
path "sys/mounts/*" { capabilities = ["create", "read", "update", "delete"] }
path "sys/auth" { capabilities = ["read"] }
path "sys/auth/*" { capabilities = ["create", "read", "update", "delete", "sudo"] }
path "auth/+/role/+" { capabilities = ["create", "read", "update", "delete"] }
path "auth/+/+/role/+" { capabilities = ["create", "read", "update", "delete"] }
path "sys/audit" { capabilities = ["read", "sudo"] }
path "sys/audit/*" { capabilities = ["create", "read", "update", "delete", "sudo"] }
# Only with as many shares as unseal: the root token is revoked, and somebody must be able to get in.
path "sys/generate-root-token/attempt" { capabilities = ["create", "read", "update", "delete", "sudo"] }
path "sys/generate-root-token/update" { capabilities = ["create", "update", "sudo"] }
path "sys/generate-root/attempt" { capabilities = ["create", "read", "update", "delete", "sudo"] }
path "sys/generate-root/update" { capabilities = ["create", "update", "sudo"] }
`;
