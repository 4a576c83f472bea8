import type {Observed} from '../../resources/index.ts';
import type {Answer} from '../server/request.ts';
import type {Place} from './place.ts';
import {dataOf, NotTold, objectOf} from './refusal.ts';
import type {Ask, Deed, InsideRequest, InsideState, Sort} from './sort.ts';
import {type Fields, type FieldType, fieldValue} from './value.ts';

/**
 * Secrets of a kv engine, of either version: keys and values below a path. Nobody is shown a value. The second version keeps
 * those that were there before, and refuses a write where somebody has written since.
 * https://openbao.org/api-docs/secret/kv/kv-v2/ https://openbao.org/api-docs/secret/kv/kv-v1/
 */
export const kv = {
  typeOf: (): FieldType => 'hidden',
  async look({mount = '', name}: Place, ask: Ask): Promise<Observed<InsideState>> {
    const version = await versionOf(mount, name, ask);
    if (typeof version === 'string') return {status: 'unreadable', reason: version};
    return version === 2 ? (await lookAtSecond(mount, name, ask)).seen : lookAtFirst(mount, name, ask);
  },
  async requests(deed: Deed, ask: Ask): Promise<readonly InsideRequest[]> {
    const {mount = '', name} = deed.place;
    const isSecond = (await versionOf(mount, name, ask)) === 2;
    const path = pathIn(mount, name, isSecond);
    if (deed.after === 'absent') return [{method: 'DELETE', path}];
    const data = dataFor(deed);
    if (!isSecond) return [{method: 'POST', path, body: data}];
    // Where there is nothing now, there may have been something that was deleted.
    const cas = deed.before?.version ?? (await lookAtSecond(mount, name, ask)).version;
    return [{method: 'POST', path, body: {options: {cas}, data}}];
  },
  isLate: (answer: Answer) => saysOf(answer).includes('check-and-set'),
  forbidden: 'it reads no secret unless you say so, by the policy vprov-granted or a token',
} satisfies Sort;

function pathIn(mount: string, name: string, isSecond: boolean): string {
  return isSecond ? `${mount}/data/${name}` : `${mount}/${name}`;
}

/** As `vault kv` asks it. A token that may do nothing there is told nothing. @returns why there is none, in words */
async function versionOf(mount: string, name: string, ask: Ask): Promise<1 | 2 | string> {
  const answer = await ask({method: 'GET', path: `sys/internal/ui/mounts/${mount}/${name}`});
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, true)};
  const {type, options} = dataOf(request, answer, []) ?? {};
  if (type !== 'kv' && type !== 'generic') return `${mount}/ is no kv engine, but ${String(type)}`;
  return objectOf(options).version === '2' ? 2 : 1;
}

async function lookAtSecond(
  mount: string,
  name: string,
  ask: Ask,
): Promise<{readonly seen: Observed<InsideState>; readonly version: number}> {
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, true)};
  const answer = await ask(request);
  if (answer.type !== 'answer' || (answer.status !== 200 && answer.status !== 404))
    throw new NotTold(request, answer);
  const {data, metadata} = objectOf(answer.body.data);
  const version = Number(objectOf(metadata).version ?? 0);
  if (answer.status === 404) return {seen: {status: 'absent'}, version};
  return {seen: {status: 'present', state: {fields: kvFields(objectOf(data)), version}}, version};
}

async function lookAtFirst(mount: string, name: string, ask: Ask): Promise<Observed<InsideState>> {
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, false)};
  const data = dataOf(request, await ask(request));
  return data ? {status: 'present', state: {fields: kvFields(data)}} : {status: 'absent'};
}

/** All that is to be there: a write replaces what was. */
function dataFor({before, after}: Deed): Readonly<Record<string, unknown>> {
  if (after === 'absent') return {};
  const fields = {...(after.exact ? {} : before?.fields), ...after.fields};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.parse(String(value))]));
}

function saysOf(answer: Answer): string {
  return answer.type === 'answer' ? JSON.stringify(answer.body.errors ?? '') : '';
}

/** What is kept below a path, each value as JSON. */
export function kvFields(written: Readonly<Record<string, unknown>>): Fields {
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, fieldValue('hidden', value)]),
  );
}
