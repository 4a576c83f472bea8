import {autopilotFields} from '../../vault/index.ts';
import type {StateModule} from '../contract.ts';
import {insideOf, insideWant, refuseFractions, refuseNobody, refuseZeros} from '../vault-inside.ts';
import type {VaultAutopilotArguments} from './schema.ts';

export const vaultAutopilot: StateModule<VaultAutopilotArguments> = {
  type: 'state',
  name: 'vault_autopilot',
  summary:
    'What the autopilot of a cluster on integrated storage is told: whether and when it evicts dead members',
  scope: 'host',
  check: (args) => [...refuseNobody(args), ...refuseFractions(args), ...refuseZeros(args)],
  reads: (args) => [insideOf(args, 'autopilot', '')],
  want: (args) => insideWant(insideOf(args, 'autopilot', ''), {fields: autopilotFields(args)}),
};
