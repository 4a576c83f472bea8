import {approleFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseFractions, refuseNobody} from '../vault-inside.ts';
import type {VaultApproleArguments} from './schema.ts';

const usualMount = 'approle';

export const vaultApprole: StateModule<VaultApproleArguments> = {
  type: 'state',
  name: 'vault_approle',
  summary: 'A role by which programs log in to Vault or OpenBao, with a role id and a secret id',
  scope: 'host',
  check: (args) => [...refuseNobody(args), ...refuseFractions(args)],
  reads: (args) => [insideOf(args, 'approle', args.name, args.mount ?? usualMount)],
  want: ({state, mount = usualMount, ...args}) =>
    insideWant(
      insideOf(args, 'approle', args.name, mount),
      state === 'absent' ? 'absent' : {fields: approleFields(args)},
    ),
};
