import {auditFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseNobody} from '../vault-inside.ts';
import type {VaultAuditArguments} from './schema.ts';

export const vaultAudit: StateModule<VaultAuditArguments> = {
  type: 'state',
  name: 'vault_audit',
  summary: 'An audit device of Vault or OpenBao: where each request and answer is written',
  scope: 'host',
  check: refuseNobody,
  reads: (args) => [insideOf(args, 'audit', args.path)],
  want: ({state, ...args}) =>
    insideWant(
      insideOf(args, 'audit', args.path),
      state === 'absent' ? 'absent' : {fields: auditFields(args)},
    ),
};
