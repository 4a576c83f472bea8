import {wordsOf} from '../server/request.ts';
import {dataOf, objectOf} from './refusal.ts';
import type {Sort} from './sort.ts';
import {type Fields, type FieldType, fieldValue} from './value.ts';

const types: Readonly<Record<string, FieldType>> = {type: 'text', description: 'text', local: 'flag'};
const optionPrefix = 'options.';

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
    const options = Object.entries(after.fields).flatMap(([name, value]) =>
      name.startsWith(optionPrefix) ? [[name.slice(optionPrefix.length), value] as const] : [],
    );
    const own = Object.entries(after.fields).filter(([name]) => name in types);
    return [{method: 'PUT', path, body: {...Object.fromEntries(own), options: Object.fromEntries(options)}}];
  },
};

/** What is wanted of a device, or said of it. */
export function auditFields(written: Readonly<Record<string, unknown>>): Fields {
  return {
    ...Object.fromEntries(
      Object.entries(types)
        .filter(([name]) => written[name] !== undefined)
        .map(([name, type]) => [name, fieldValue(type, written[name])]),
    ),
    ...Object.fromEntries(
      Object.entries(objectOf(written.options)).map(([name, value]) => [
        `${optionPrefix}${name}`,
        String(value),
      ]),
    ),
  };
}
