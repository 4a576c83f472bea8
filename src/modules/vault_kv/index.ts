import {isMap, losesDigits, lossHint, type Value} from '../../values/index.ts';
import {kvFields} from '../../vault/index.ts';
import type {ArgumentProblem, StateModule} from '../contract.ts';
import {plainArguments} from '../plain.ts';
import {insideOf, insideWant, refuseNobody} from '../vault-inside.ts';
import type {VaultKvArguments} from './schema.ts';

export const vaultKv: StateModule<VaultKvArguments> = {
  type: 'state',
  name: 'vault_kv',
  summary: 'Keys and values below a path of a kv engine; nobody is shown a value',
  scope: 'host',
  check: (args) => [...refuseNobody(args), ...refuseLostDigits(args)],
  reads: (args) => [insideOf(args, 'kv', args.path, args.mount)],
  want({state, data = {}, exact = false, mount, ...args}) {
    const ref = insideOf(args, 'kv', args.path, mount);
    if (state === 'absent') return insideWant(ref, 'absent');
    return insideWant(ref, {fields: kvFields(plainArguments(data).data), exact}, {sensitive: true});
  },
};

/** A number that is not the one that was written any more; which it is, is shown to nobody. */
function refuseLostDigits({data = {}}: Pick<VaultKvArguments, 'data'>): readonly ArgumentProblem[] {
  const key = Object.keys(data).find((name) => hasLost(data[name]));
  if (key === undefined) return [];
  return [
    {
      argument: 'data',
      message: `has a number beyond 2^53 in ${key}: it is not the one that was written`,
      hint: lossHint,
    },
  ];
}

function hasLost(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.some(hasLost);
  return isMap(value) ? Object.values(value).some(hasLost) : losesDigits(value);
}
