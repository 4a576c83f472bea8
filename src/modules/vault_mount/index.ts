import {mountFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseFractions, refuseLoss, refuseNobody} from '../vault-inside.ts';
import type {VaultMountArguments} from './schema.ts';

export const vaultMount: StateModule<VaultMountArguments> = {
  type: 'state',
  name: 'vault_mount',
  summary: 'A secrets engine of Vault or OpenBao, mounted at a path',
  scope: 'host',
  check: (args) => [...refuseNobody(args), ...refuseLoss(args), ...refuseFractions(args)],
  reads: (args) => [insideOf(args, 'mount', args.path)],
  want: ({state, ...args}) =>
    insideWant(
      insideOf(args, 'mount', args.path),
      state === 'absent' ? 'absent' : {fields: mountFields(args)},
    ),
};
