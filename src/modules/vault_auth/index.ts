import {mountFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseFractions, refuseLoss, refuseNobody} from '../vault-inside.ts';
import type {VaultAuthArguments} from './schema.ts';

export const vaultAuth: StateModule<VaultAuthArguments> = {
  type: 'state',
  name: 'vault_auth',
  summary: 'A method of login to Vault or OpenBao, at a path',
  scope: 'host',
  check: (args) => [...refuseNobody(args), ...refuseLoss(args), ...refuseFractions(args)],
  reads: (args) => [insideOf(args, 'auth', args.path)],
  want: ({state, ...args}) =>
    insideWant(
      insideOf(args, 'auth', args.path),
      state === 'absent' ? 'absent' : {fields: mountFields(args)},
    ),
};
