import {wordsOf} from '../server/request.ts';
import {optionFields, optionsAmong} from './options.ts';
import {dataOf, objectOf} from './refusal.ts';
import type {Sort} from './sort.ts';
import {bodyOf, type Fields, type FieldTypes, fieldsIn} from './value.ts';

const types: FieldTypes = {type: 'text', description: 'text', local: 'flag'};

/** Audit devices. https://openbao.org/api-docs/system/audit/ */
export const audit: Sort = {
  typeOf: (field) => types[field] ?? 'text',
  async look({name}, ask) {
    const request = {method: 'GET', path: 'sys/audit'} as const;
    const found = dataOf(request, await ask(request), [])?.[`${name}/`];
    if (found === undefined) return {status: 'absent'};
    return {status: 'present', state: {fields: auditFields(objectOf(found))}};
  },
  loses: 'what is asked from then on is not written there',
  refuse({name}, before, after) {
    if (!before || after === 'absent') return undefined;
    const different = Object.entries(after.fields).find(([field, value]) => value !== before.fields[field]);
    if (!different) return undefined;
    const [field, value] = different;
    return {
      refused: `the audit device ${name}/ is there with ${field} ${String(before.fields[field] ?? 'not set')}, and that cannot be changed in place to ${String(value)}`,
      hint: 'declare another one at another path, and only then this one with state: absent, so that nothing is asked unseen',
    };
  },
  hintFor: (answer) =>
    wordsOf(answer).includes('via API')
      ? "this server takes audit devices from its configuration alone, as OpenBao does by default: write it there, vault_settings: {audit: …}, docs/vault-inside.md, 'Audit devices'"
      : undefined,
  requests({place: {path}, after}) {
    if (after === 'absent') return [{method: 'DELETE', path}];
    const own = bodyOf(types, after.fields, (name) => name in types);
    return [{method: 'PUT', path, body: {...own, options: optionsAmong(after.fields)}}];
  },
};

/** What is wanted of a device, or said of it. */
export function auditFields(written: Readonly<Record<string, unknown>>): Fields {
  return {...fieldsIn(types, written), ...optionFields(objectOf(written.options))};
}
