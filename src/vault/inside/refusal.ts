import type {Asking, Observed} from '../../resources/index.ts';
import type {Stuck} from '../cluster/ports.ts';
import {type Answer, wordsOf} from '../server/request.ts';
import {whySilent} from './asker.ts';
import type {Place} from './place.ts';
import type {Ask, InsideRequest, InsideState, Sort} from './sort.ts';

/** Of an answer that is none to what was asked. */
export class NotTold extends Error {
  readonly request: InsideRequest;
  readonly answer: Answer;

  constructor(request: InsideRequest, answer: Answer) {
    super(`${request.path}: ${wordsOf(answer)}`);
    this.request = request;
    this.answer = answer;
  }
}

/** What the server said in `data`, or undefined where it is one of `absent`. @throws NotTold */
export function dataOf(
  request: InsideRequest,
  answer: Answer,
  absent: readonly number[] = [404],
): Readonly<Record<string, unknown>> | undefined {
  if (answer.type !== 'answer') throw new NotTold(request, answer);
  const {data} = answer.body;
  if (answer.status === 200) return objectOf(data ?? answer.body);
  if (absent.includes(answer.status)) return undefined;
  throw new NotTold(request, answer);
}

/** What is mounted, by its paths; undefined for whoever may not read that. */
export async function listAt(
  path: 'sys/mounts' | 'sys/auth',
  ask: Ask,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const listed = await ask({method: 'GET', path});
  if (listed.type !== 'answer' || listed.status !== 200) return undefined;
  return objectOf(listed.body.data ?? listed.body);
}

/** A JSON object, or an empty one for anything else. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** What is mounted, without the / at the ends, of a list by paths. */
export function namesIn(mounted: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(mounted).flatMap((path) => (path.endsWith('/') ? [path.slice(0, -1)] : []));
}

/** Why a server did not do what it was asked, and what is to be done about it. */
export async function stuckOf(
  {request, answer}: Pick<NotTold, 'request' | 'answer'>,
  place: Place,
  sort: Sort,
  asking: Asking,
): Promise<Stuck> {
  const status = answer.type === 'answer' ? answer.status : 0;
  if (status === 403) return forbidden(request, place, sort);
  const silent = status === 0 || status >= 500 ? await whySilent(place.url, asking) : undefined;
  // A standby that hands nothing on sends whoever asks to the active one, whose address may mean nothing here.
  const hint = status >= 300 && status < 400 ? 'ask the active member' : sort.hintFor?.(answer);
  return (
    silent ?? {problem: `${request.method} ${request.path}: ${wordsOf(answer)}`, ...(hint ? {hint} : {})}
  );
}

/** What is unreadable for a reason that has a hint. */
export function unreadable({problem, hint}: Stuck): Observed<InsideState> {
  return {status: 'unreadable', reason: problem, ...(hint ? {hint} : {})};
}

const capabilities: Readonly<Record<InsideRequest['method'], string>> = {
  GET: '"read"',
  LIST: '"list"',
  POST: '"create", "update"',
  PUT: '"create", "update"',
  DELETE: '"delete"',
};

/** @see https://openbao.org/docs/concepts/policies/#root-protected-api-endpoints for those that want `sudo` */
function forbidden({method, path}: InsideRequest, {login, sort: name, mount}: Place, sort: Sort): Stuck {
  const sudo = /^sys\/(?:audit|auth\/)/.test(path) || path === 'sys/audit' ? ', "sudo"' : '';
  const rule = `path "${path}" { capabilities = [${capabilities[method]}${sudo}] }`;
  const problem = `permission denied: ${method} ${path}`;
  if ('token' in login)
    return {
      problem,
      hint: `a policy of the token must say: ${rule} (or the token has ended${name === 'kv' ? `, or there is no engine at ${mount}/` : ''})`,
    };
  const how = sort.forbidden ?? 'the policy vprov-operator of a cluster that an older vprov made does not';
  return {
    problem,
    hint: `vprov's own login must be allowed: ${rule}; ${how}: see docs/vault-inside.md, 'What vprov may do'`,
  };
}
