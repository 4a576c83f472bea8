import type {ValueMap} from '../../values/index.ts';
import {DiscoveryError, discover, isBare, withoutContents} from '../../vault/index.ts';
import type {Action} from '../contract.ts';
import type {VaultDiscoverArguments} from './schema.ts';

export const vaultDiscover: Action<VaultDiscoverArguments> = {
  type: 'action',
  name: 'vault_discover',
  summary: 'Says which servers of Vault and OpenBao a host has, whoever made them',
  scope: 'host',
  result: {found: {type: 'object'}, bare: {type: 'boolean'}},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act(_args, ports) {
    try {
      const found = withoutContents(await discover(ports, ports.signal));
      return {changed: false, result: {found: {...found} as unknown as ValueMap, bare: isBare(found)}};
    } catch (error) {
      if (!(error instanceof DiscoveryError)) throw error;
      return {changed: false, failed: error.message, result: {}};
    }
  },
};
