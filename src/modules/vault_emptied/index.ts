import {type Script, sh} from '../../shell/index.ts';
import {emptiedVoter, type KeysState, keysAt, keysRef} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {peersIn, stuckAt} from '../vault-server.ts';
import type {VaultEmptiedArguments} from './schema.ts';

const lookTimeoutMs = 120_000;

export const vaultEmptied: Action<VaultEmptiedArguments> = {
  type: 'action',
  name: 'vault_emptied',
  summary: 'Refuses a host without data that the cluster of the others has as a voter',
  scope: 'host',
  result: {},
  readOnly: () => true,
  reads: ({keys}) => [keysRef(keys)],

  guard({keys}, seen) {
    // Only with them somebody can be asked who votes. Before there is a cluster nothing is looked for on the host.
    const kept = keysAt(keys, seen);
    const here = kept.status === 'present' ? (kept.state as KeysState) : undefined;
    return here?.keys || here?.initial
      ? {run: true}
      : {run: false, reason: 'its keys are not on this machine'};
  },

  effects: () => ({type: 'none'}),

  async act({name, keys, peers, node_id: nodeId, data_dir: data}, ports) {
    const {exitCode, stdout, stderr} = await ports.run(looksEmpty(data), lookTimeoutMs);
    if (exitCode !== 0)
      return stuckAt({problem: `whether ${data} is empty cannot be told: ${stderr.toString('utf8').trim()}`});
    if (stdout.toString('utf8').trim() !== 'empty') return {changed: false, result: {}};
    const of = {cluster: name, keys, recipients: []};
    const stuck = await emptiedVoter(ports, {...of, peers: peersIn(peers), nodeId, host: ports.hostName});
    return stuck ? stuckAt(stuck) : {changed: false, result: {}};
  },
};

/**
 * Says "empty" where there is no database, or one of a server that was started without data and has met the others at
 * most: to whoever asks it, that one says what any sealed member says. What a member has from its first moment on is the keyring,
 * whose key stands in bbolt's pages as it is (https://github.com/etcd-io/bbolt#database-layout); a new database takes 20 KiB of
 * the 16 MiB that it seems to have. grep of busybox ends at a NUL.
 */
function looksEmpty(data: string): Script {
  return sh`cd ${data} 2>/dev/null || {
  [ -d ${data} ] && echo ${`${data} cannot be entered`} >&2 && exit 1
  echo empty
  exit 0
}
[ -e vault.db ] || { echo empty; exit 0; }
for file in vault.db raft/raft.db; do
  [ -e "$file" ] || continue
  used=$(du -k "$file") || exit 1
  [ "\${used%%[!0-9]*}" -le 4096 ] || exit 0
  [ -r "$file" ] || { echo "$file cannot be read" >&2; exit 1; }
  if tr '\0' '\n' <"$file" | grep -qF core/keyring; then exit 0; fi
done
echo empty`;
}
