import {authorityAt, authorityRef, openAuthority} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import {stuckAt} from '../vault-server.ts';
import type {VaultAuthorityArguments} from './schema.ts';

export const vaultAuthority: Action<VaultAuthorityArguments> = {
  type: 'action',
  name: 'vault_authority',
  summary: 'Makes the authority that signs the certificates of one cluster, on this machine',
  scope: 'host',
  result: {},
  readOnly: () => false,
  reads: ({ca}) => [authorityRef(ca)],

  guard({ca}, seen) {
    const authority = authorityAt(ca, seen);
    return authority.status === 'present' && authority.state.certificate !== undefined
      ? {run: false, reason: 'it is there'}
      : {run: true, reason: `there is no ${ca}`};
  },

  effects: ({ca}) => ({type: 'refs', keys: [`vault_authority:${ca}`]}),

  async act({name: cluster, ca: file, recipients = []}, ports) {
    const authority = await openAuthority(ports, {cluster, file, recipients});
    return 'problem' in authority ? stuckAt(authority) : {changed: true, result: {}};
  },
};
