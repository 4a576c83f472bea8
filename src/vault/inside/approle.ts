import {didYouMean} from '../../errors/index.ts';
import type {Refusal} from '../../resources/index.ts';
import {ownMount} from '../cluster/operator.ts';
import {type Answer, wordsOf} from '../server/request.ts';
import {dataOf, listAt, namesIn, objectOf} from './refusal.ts';
import type {Ask, Sort} from './sort.ts';
import {bodyOf, type Fields, type FieldTypes, fieldsIn} from './value.ts';

/** https://openbao.org/api-docs/auth/approle/#create-update-approle */
const types: FieldTypes = {
  bind_secret_id: 'flag',
  secret_id_bound_cidrs: 'set',
  secret_id_num_uses: 'number',
  secret_id_ttl: 'seconds',
  local_secret_ids: 'flag',
  token_policies: 'names',
  token_ttl: 'seconds',
  token_max_ttl: 'seconds',
  token_explicit_max_ttl: 'seconds',
  token_period: 'seconds',
  token_bound_cidrs: 'blocks',
  token_num_uses: 'number',
  token_no_default_policy: 'flag',
  token_type: 'text',
};

/** Roles of an AppRole mount: who logs in with a role id and a secret id. */
export const approle: Sort = {
  typeOf: (field) => types[field] ?? 'text',
  async look({path, mount = ''}, ask) {
    const request = {method: 'GET', path} as const;
    const answer = await ask(request);
    const data = dataOf(request, answer);
    const other = data?.bind_secret_id === undefined ? await whyNone(mount, answer, ask) : undefined;
    if (other) return {status: 'present', state: {fields: {}, nowhere: other}};
    if (!data) return {status: 'absent'};
    return {status: 'present', state: {fields: asMade(fieldsIn(types, data, Object.keys(types)))}};
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
    return [{method: 'POST', path, body: bodyOf(types, after.fields, (name) => names.includes(name))}];
  },
};

/** Why no role of AppRole can be there, where there is none: as far as the list of methods may be read. */
async function whyNone(mount: string, answer: Answer, ask: Ask): Promise<Refusal | undefined> {
  const methods = await listAt('sys/auth', ask);
  if (!methods)
    // Asked for a role that is not there, a method of this type has nothing to say.
    return /no handler for route|unsupported path/.test(wordsOf(answer))
      ? {refused: `there is no method of login at ${mount}/ that has such roles`}
      : undefined;
  const {type} = objectOf(methods[`${mount}/`]);
  if (type === 'approle') return undefined;
  if (type !== undefined)
    return {refused: `${mount}/ is a method of login of type ${String(type)}, not approle`};
  const hint = didYouMean(mount, namesIn(methods)) ?? 'vault_auth makes one: {path: …, type: approle}';
  return {refused: `there is no method of login at ${mount}/`, hint};
}

/** What is wanted of a role, from how it is written. */
export function approleFields(written: Readonly<Record<string, unknown>>): Fields {
  return asMade(fieldsIn(types, written));
}

/** A role of the token type `default-batch` has `batch`, and so on: servers make it so. */
function asMade({token_type: type, ...fields}: Fields): Fields {
  return type === undefined ? fields : {...fields, token_type: String(type).replace('default-', '')};
}
