import {didYouMean} from '../../errors/index.ts';
import type {Observed, Refusal} from '../../resources/index.ts';
import {parseExact} from '../server/exact-json.ts';
import type {Answer} from '../server/request.ts';
import type {Place} from './place.ts';
import {dataOf, listAt, NotTold, namesIn, objectOf} from './refusal.ts';
import type {Ask, Deed, InsideDesired, InsideRequest, InsideState, Requests, Sort} from './sort.ts';
import {type Fields, type FieldType, fieldValue} from './value.ts';

/**
 * Secrets of a kv engine, of either version: keys and values below a path. Nobody is shown a value. The second version keeps
 * those that were there before, and refuses a write where somebody has written since.
 * https://openbao.org/api-docs/secret/kv/kv-v2/ https://openbao.org/api-docs/secret/kv/kv-v1/
 */
export const kv = {
  typeOf: (): FieldType => 'hidden',
  async look({mount = '', name}: Place, ask: Ask): Promise<Observed<InsideState>> {
    const engine = await engineAt(mount, name, ask);
    if ('refused' in engine) return {status: 'present', state: {fields: {}, nowhere: engine}};
    if ('reason' in engine) return {status: 'unreadable', ...engine};
    return engine.version === 2 ? (await lookAtSecond(mount, name, ask)).seen : lookAtFirst(mount, name, ask);
  },
  refuse(
    {path}: Place,
    before: InsideState | undefined,
    after: InsideDesired | 'absent',
  ): Refusal | undefined {
    if (before?.version === undefined || after === 'absent' || after.exact) return undefined;
    const isAlike = Object.entries(after.fields).every(([name, value]) => value === before.fields[name]);
    const lost = Object.entries(before.fields).find(
      ([name, value]) => after.fields[name] === undefined && hasLost(parseExact(String(value))),
    );
    if (isAlike || !lost) return undefined;
    return {
      refused: `${path} has a number beyond 2^53 in ${lost[0]}, of which a kv engine of version 2 tells no one the last digits: to write the other keys would change it`,
      hint: `declare ${lost[0]}, too, as a text in quotes; or with exact: true it goes`,
    };
  },
  async requests(deed: Deed, ask: Ask): Promise<Requests | 'moved'> {
    const {mount = '', name} = deed.place;
    const engine = await engineAt(mount, name, ask);
    const isSecond = 'version' in engine && engine.version === 2;
    const path = pathIn(mount, name, isSecond);
    if (deed.after === 'absent') return [{method: 'DELETE', path}];
    const data = dataFor(deed);
    if (!isSecond) return [{method: 'POST', path, body: data}];
    const cas = deed.before?.version ?? (await versionOfNothing(mount, name, ask));
    return cas === 'moved' ? cas : [{method: 'POST', path, body: {options: {cas}, data}}];
  },
  isLate: (answer: Answer) => saysOf(answer).includes('check-and-set'),
  forbidden: 'it reads no secret unless you say so, by the policy vprov-granted or a token',
} satisfies Sort;

function pathIn(mount: string, name: string, isSecond: boolean): string {
  return isSecond ? `${mount}/data/${name}` : `${mount}/${name}`;
}

/** Where there is nothing, there may have been something that was deleted. 'moved': there is something, of somebody faster. */
async function versionOfNothing(mount: string, name: string, ask: Ask): Promise<number | 'moved'> {
  const {seen, version} = await lookAtSecond(mount, name, ask);
  return seen.status === 'absent' ? version : 'moved';
}

/** Of which version an engine is, why it cannot be told, or that there is none. */
type Engine = {readonly version: 1 | 2} | {readonly reason: string; readonly hint?: string} | Refusal;

/** As `vault kv` asks it. A token that may do nothing there is told nothing, as where there is no engine. */
async function engineAt(mount: string, name: string, ask: Ask): Promise<Engine> {
  const below = `${mount}/${name}`;
  const answer = await ask({method: 'GET', path: `sys/internal/ui/mounts/${below}`});
  const none =
    answer.type === 'answer' && answer.status === 403 ? await whyNoEngine(mount, below, ask) : undefined;
  if (none) return none;
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, true)};
  const {type, options, path} = dataOf(request, answer, []) ?? {};
  if (typeof path === 'string' && path !== `${mount}/` && below.startsWith(path))
    return {
      reason: `the engine of ${below} is ${path}, and not ${mount}/`,
      hint: `mount: ${path.slice(0, -1)}, path: ${below.slice(path.length)}`,
    };
  if (type !== 'kv' && type !== 'generic') return {reason: `${mount}/ is no kv engine, but ${String(type)}`};
  return {version: objectOf(options).version === '2' ? 2 : 1};
}

/** Whoever may read the list of engines can tell that there is none. */
async function whyNoEngine(mount: string, below: string, ask: Ask): Promise<Refusal | undefined> {
  const engines = await listAt('sys/mounts', ask);
  if (!engines || Object.keys(engines).some((path) => below.startsWith(path))) return undefined;
  const kvs = namesIn(engines).filter((name) => objectOf(engines[`${name}/`]).type === 'kv');
  const hint = didYouMean(mount, kvs) ?? 'vault_mount makes one: {path: …, type: kv-v2}';
  return {refused: `there is no engine at ${mount}/`, hint};
}

async function lookAtSecond(
  mount: string,
  name: string,
  ask: Ask,
): Promise<{readonly seen: Observed<InsideState>; readonly version: number}> {
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, true), exact: true};
  const answer = await ask(request);
  if (answer.type !== 'answer' || (answer.status !== 200 && answer.status !== 404))
    throw new NotTold(request, answer);
  const {data, metadata} = objectOf(answer.body.data);
  const version = Number(objectOf(metadata).version ?? 0);
  if (answer.status === 404) return {seen: {status: 'absent'}, version};
  return {seen: {status: 'present', state: {fields: kvFields(objectOf(data)), version}}, version};
}

async function lookAtFirst(mount: string, name: string, ask: Ask): Promise<Observed<InsideState>> {
  const request: InsideRequest = {method: 'GET', path: pathIn(mount, name, false), exact: true};
  const data = dataOf(request, await ask(request));
  return data ? {status: 'present', state: {fields: kvFields(data)}} : {status: 'absent'};
}

/** All that is to be there: a write replaces what was. */
function dataFor({before, after}: Deed): Readonly<Record<string, unknown>> {
  if (after === 'absent') return {};
  const fields = {...(after.exact ? {} : before?.fields), ...after.fields};
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, parseExact(String(value))]));
}

/** Whether there is a number in it whose last digits may be others than were written. */
function hasLost(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasLost);
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
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
