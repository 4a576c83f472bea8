import {contentOf} from '../../resources/index.ts';
import {policyText} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseNobody} from '../vault-inside.ts';
import type {VaultPolicyArguments} from './schema.ts';

export const vaultPolicy: StateModule<VaultPolicyArguments> = {
  type: 'state',
  name: 'vault_policy',
  summary: 'A policy of Vault or OpenBao: who may do what at which paths',
  scope: 'host',
  check: refuseNobody,
  reads: (args) => [insideOf(args, 'policy', args.name)],
  want: ({policy = '', state, ...args}) =>
    insideWant(
      insideOf(args, 'policy', args.name),
      state === 'absent' ? 'absent' : {fields: {}, content: contentOf(policyText(policy))},
    ),
};
