import {ownMount} from '../cluster/operator.ts';
import {dataOf} from './refusal.ts';
import type {Sort} from './sort.ts';
import {type Fields, type FieldType, fieldValue, writtenSeconds} from './value.ts';

/** https://openbao.org/api-docs/auth/approle/#create-update-approle */
const types: Readonly<Record<string, FieldType>> = {
  bind_secret_id: 'flag',
  secret_id_bound_cidrs: 'set',
  secret_id_num_uses: 'number',
  secret_id_ttl: 'seconds',
  local_secret_ids: 'flag',
  token_policies: 'set',
  token_ttl: 'seconds',
  token_max_ttl: 'seconds',
  token_explicit_max_ttl: 'seconds',
  token_period: 'seconds',
  token_bound_cidrs: 'set',
  token_num_uses: 'number',
  token_no_default_policy: 'flag',
  token_type: 'text',
};

/** Roles of an AppRole mount: who logs in with a role id and a secret id. */
export const approle: Sort = {
  typeOf: (field) => types[field] ?? 'text',
  async look({path}, ask) {
    const request = {method: 'GET', path} as const;
    const data = dataOf(request, await ask(request));
    if (!data) return {status: 'absent'};
    return {status: 'present', state: {fields: fieldsFrom(data, Object.keys(types))}};
  },
  loses: 'with its secret ids',
  refuse({mount}, before, after) {
    if (mount === ownMount) return {refused: `${ownMount}/ is where vprov itself logs in`};
    const {local_secret_ids: wanted} = after === 'absent' ? ({} as Fields) : after.fields;
    return before && wanted !== undefined && wanted !== before.fields.local_secret_ids
      ? {
          refused: 'local_secret_ids is decided when a role is made',
          hint: 'make another role, or remove this one first: its secret ids go with it',
        }
      : undefined;
  },
  requests({place: {path}, after, names}) {
    if (after === 'absent') return [{method: 'DELETE', path}];
    const changed = Object.entries(after.fields).filter(([name]) => names.includes(name));
    const body = Object.fromEntries(
      changed.map(([name, value]) => [name, types[name] === 'seconds' ? writtenSeconds(value) : value]),
    );
    return [{method: 'POST', path, body}];
  },
};

/** What is wanted of a role, from how it is written. */
export function approleFields(written: Readonly<Record<string, unknown>>): Fields {
  return fieldsFrom(
    written,
    Object.keys(types).filter((name) => written[name] !== undefined),
  );
}

function fieldsFrom(written: Readonly<Record<string, unknown>>, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fieldValue(types[name] ?? 'text', written[name])]));
}
