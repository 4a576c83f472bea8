import {autopilotNote} from '../cluster/autopilot-guard.ts';
import {dataOf, NotTold} from './refusal.ts';
import type {Sort} from './sort.ts';
import {bodyOf, type Fields, type FieldTypes, fieldsIn} from './value.ts';

/** https://openbao.org/api-docs/system/storage/raftautopilot/#set-configuration */
const types: FieldTypes = {
  cleanup_dead_servers: 'flag',
  dead_server_last_contact_threshold: 'seconds',
  last_contact_threshold: 'seconds',
  max_trailing_logs: 'number',
  min_quorum: 'number',
  server_stabilization_time: 'seconds',
};

/**
 * What autopilot is told. While an upgrade keeps it from evicting members (`holdAutopilot`), what it will be told again counts,
 * and not what it is told meanwhile.
 */
export const autopilot: Sort = {
  typeOf: (field) => types[field] ?? 'text',
  async look({path, login}, ask, {sealed}) {
    const request = {method: 'GET', path} as const;
    const answer = await ask(request);
    const data = dataOf(request, answer, []);
    if (typeof data?.cleanup_dead_servers !== 'boolean') throw new NotTold(request, answer);
    const held = 'keys' in login && (await sealed.noted(autopilotNote(login.keys))) !== undefined;
    const fields = autopilotFields(data);
    return {status: 'present', state: {fields: held ? {...fields, cleanup_dead_servers: true} : fields}};
  },
  requests({place: {path}, after, names}) {
    if (after === 'absent') return [];
    return [{method: 'POST', path, body: bodyOf(types, after.fields, (name) => names.includes(name))}];
  },
  /** What is never to evict again is not to be told to when the upgrade has ended. */
  async settle({place: {login}, after, names}, {sealed}) {
    const isOff = after !== 'absent' && after.fields.cleanup_dead_servers === false;
    if (isOff && names.includes('cleanup_dead_servers') && 'keys' in login)
      await sealed.remove(autopilotNote(login.keys));
  },
};

/** What autopilot is to be told, from how it is written. */
export function autopilotFields(written: Readonly<Record<string, unknown>>): Fields {
  return fieldsIn(types, written);
}
