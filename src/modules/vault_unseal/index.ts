import {isRefusal} from '../../resources/index.ts';
import {reveal, Secret} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {
  type ClusterRecord,
  openKeys,
  recordAt,
  recordRef,
  type Stuck,
  serverKinds,
  serverRef,
  unseal,
} from '../../vault/index.ts';
import type {Action, ActionPorts} from '../contract.ts';
import {serverOn, stuckAt, usualUrl} from '../vault-server.ts';
import {type SharesToGive, sharesToGive} from '../vault-shares.ts';
import type {VaultUnsealArguments} from './schema.ts';

export const vaultUnseal: Action<VaultUnsealArguments> = {
  type: 'action',
  name: 'vault_unseal',
  summary:
    'Unseals a Vault or OpenBao server that is a member of a cluster, with keys that no host ever sees',
  scope: 'host',
  result: {took_ms: {type: 'integer'}},
  readOnly: () => false,
  reads: ({url = usualUrl, record}) => [serverRef(url), ...(record === undefined ? [] : [recordRef(record)])],

  guard({url = usualUrl, record, member}, seen) {
    const server = serverOn(url, seen);
    if (isRefusal(server)) return server;
    if (!server.initialized) return {run: false, reason: 'it is no member of a cluster yet'};
    const written = record === undefined ? undefined : recordAt(record, seen);
    const {removed = []} = written?.status === 'present' ? (written.state as ClusterRecord) : {};
    if (member !== undefined && removed.includes(member))
      return {
        refused: `${member} was taken out of the cluster (${record}), and its server has the data of before: unsealed it would answer with what was, for ever`,
        hint: `have it begin anew: vprov run playbooks/vault-replace-node.yml -e vault_replace=HOST, by its name in the inventory. Or stop its server, and take the host out of the inventory`,
      };
    if (!server.sealed) return {run: false, reason: 'it is unsealed'};
    return server.sealType === 'shamir'
      ? {run: true}
      : {run: false, reason: `it unseals by itself (${server.sealType})`};
  },

  effects: () => ({type: 'kinds', kinds: [...serverKinds]}),

  async act(args, ports) {
    const {url = usualUrl, timeout = 300} = args;
    const here = await sharesFor(args, ports);
    if ('problem' in here) return stuckAt(here);
    const done = await unseal(ports, {url, ...here, timeoutMs: timeout * 1000});
    return 'problem' in done ? stuckAt(done) : {changed: true, result: {took_ms: Math.round(done.tookMs)}};
  },
};

async function sharesFor(
  {name, keys, shares}: VaultUnsealArguments,
  ports: ActionPorts,
): Promise<SharesToGive | Stuck> {
  if (shares !== undefined) {
    const given = shares.map(
      (share, index) => new Secret(`share ${index + 1}`, reveal(asText(share) ?? []).trim()),
    );
    for (const share of given) ports.sealed.keep(share);
    return {shares: given};
  }
  const opened = await openKeys(ports, {cluster: name, keys: keys ?? '', recipients: []});
  return 'problem' in opened ? opened : sharesToGive(opened, ports);
}
