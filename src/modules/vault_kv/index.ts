import {kvFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {plainArguments} from '../plain.ts';
import {insideOf, insideWant, refuseNobody} from '../vault-inside.ts';
import type {VaultKvArguments} from './schema.ts';

export const vaultKv: StateModule<VaultKvArguments> = {
  type: 'state',
  name: 'vault_kv',
  summary: 'Keys and values below a path of a kv engine; nobody is shown a value',
  scope: 'host',
  check: refuseNobody,
  reads: (args) => [insideOf(args, 'kv', args.path, args.mount)],
  want({state, data = {}, exact = false, mount, ...args}) {
    const ref = insideOf(args, 'kv', args.path, mount);
    if (state === 'absent') return insideWant(ref, 'absent');
    return insideWant(ref, {fields: kvFields(plainArguments(data).data), exact}, {sensitive: true});
  },
};
