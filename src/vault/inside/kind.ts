import {isDeepStrictEqual} from 'node:util';
import type {
  AnsweringKind,
  Asking,
  Attribute,
  Change,
  Known,
  Observed,
  Unmade,
  Want,
} from '../../resources/index.ts';
import {reveal} from '../../text/index.ts';
import type {Stuck} from '../cluster/ports.ts';
import {askerAt, caughtUp} from './asker.ts';
import {isInWay} from './mount.ts';
import {insideKindName, type Place, placeOf, type SortName} from './place.ts';
import {NotTold, stuckOf, unreadable} from './refusal.ts';
import type {Ask, InsideDesired, InsideState, Sort} from './sort.ts';
import {sorts} from './sorts.ts';
import {type FieldType, type FieldValue, shownValue} from './value.ts';

type InsideChange = Change<typeof insideKindName, InsideState, InsideDesired>;
type InsideWant = Want<typeof insideKindName, InsideDesired>;

/**
 * Something inside a Vault or OpenBao server, at a path of its API: policies, mounts, roles. What each sort is made of is in
 * `sorts`; that it is read, compared by what is wanted, written, removed and read again is the same for all.
 */
export const insideKind: AnsweringKind<typeof insideKindName, InsideState, InsideDesired> = {
  kind: insideKindName,
  async ask(ref, asking) {
    const place = placeOf(ref);
    const ask = await askerAt(place, asking);
    return typeof ask === 'function' ? lookAt(place, ask, asking) : unreadable(ask);
  },
  reads: ({ref}) => [ref],
  refuse({ref, after}, view) {
    const place = placeOf(ref);
    const seen = view.get<InsideState>(ref);
    const nowhere = seen.status === 'present' ? seen.state.nowhere : undefined;
    if (nowhere && after !== 'absent') return nowhere;
    return sorts[place.sort].refuse?.(place, stateOf(seen), after);
  },
  diff: (before, want) => differences(before, want),
  steps: () => [],
  make: makeChange,
  effects: () => ({type: 'kinds', kinds: [insideKindName]}),
  predict: ({before, want}) => {
    const {after} = want;
    if (after === 'absent') return {status: 'absent'};
    const {fields, content, exact} = after;
    const kept = exact ? {} : stateOf(before)?.fields;
    return {
      status: 'present',
      state: {
        fields: {...kept, ...fields},
        ...(content ? {text: reveal(content.text ?? []), sha256: content.sha256} : {}),
      },
    };
  },
  react(ref, observed, planned) {
    if (planned.ref.kind === 'unit')
      return planned.attributes.some(({name}) => name === 'active' || name === 'invocation')
        ? {status: 'unknown', reason: `the server is asked again after ${planned.ref.id} is started`}
        : observed;
    return planned.ref.kind === insideKindName ? beside(placeOf(ref), observed, planned) : observed;
  },
};

const holderOf: Readonly<Partial<Record<SortName, SortName>>> = {kv: 'mount', approle: 'auth'};

/** What is in something that is mounted, or taken away, by a planned change is not there; what may not be read may be then. */
function beside(place: Place, observed: Observed<InsideState>, planned: Change): Observed<InsideState> {
  const other = placeOf(planned.ref);
  const isMade = planned.before.status === 'absent' || planned.want.after === 'absent';
  if (other.sort === place.sort && isInWay(other.name, place.name))
    return besideMount(place, observed, planned);
  if (isMade && other.sort === holderOf[place.sort] && other.name === place.mount) return {status: 'absent'};
  return observed.status === 'unreadable'
    ? {status: 'unknown', reason: `whether it may be read depends on ${other.path}`}
    : observed;
}

/** What is in the way of a mount may go before, or come. */
function besideMount(
  place: Place,
  observed: Observed<InsideState>,
  {ref, want}: Change,
): Observed<InsideState> {
  const {name, sort} = placeOf(ref);
  if ((sort !== 'mount' && sort !== 'auth') || stateOf(observed)) return observed;
  if (want.after === 'absent') return {status: 'absent'};
  const refused = `nothing can be mounted at ${place.name}/: ${name}/ will be in its way`;
  return {status: 'present', state: {fields: {}, nowhere: {refused}}};
}

async function lookAt(place: Place, ask: Ask, asking: Asking): Promise<Observed<InsideState>> {
  const seen = await told(() => sorts[place.sort].look(place, ask, asking), place, asking);
  return 'problem' in seen ? unreadable(seen) : seen;
}

/** What a server said, or why it did not. */
async function told<T>(asked: () => T | Promise<T>, place: Place, asking: Asking): Promise<T | Stuck> {
  try {
    return await asked();
  } catch (error) {
    if (!(error instanceof NotTold)) throw error;
    return stuckOf(error, place, sorts[place.sort], asking);
  }
}

async function makeChange(change: InsideChange, asking: Asking): Promise<Unmade | undefined> {
  const place = placeOf(change.ref);
  const ask = await askerAt(place, asking);
  if (typeof ask !== 'function') return {...ask, changed: false};
  const sort = sorts[place.sort];
  const now = await lookAt(place, ask, asking);
  if (now.status === 'unreadable')
    return {problem: now.reason, ...(now.hint ? {hint: now.hint} : {}), changed: false};
  if (!isDeepStrictEqual(now, change.before)) return {moved: true};
  const names = change.attributes.map(({name}) => name);
  const deed = {place, before: stateOf(now), after: change.want.after, names};
  const requests = await told(() => sort.requests(deed, ask), place, asking);
  if (requests === 'moved') return {moved: true};
  if ('problem' in requests) return {...requests, changed: false};
  let changed = false;
  for (const request of requests) {
    const answer = await ask(request);
    if (!changed && sort.isLate?.(answer, place)) return {moved: true};
    if (answer.type !== 'answer' || answer.status >= 300)
      return {...(await stuckOf({request, answer}, place, sort, asking)), changed};
    changed = true;
  }
  await sort.settle?.(deed, asking);
  await caughtUp(async () => isShown(change, await lookAt(place, ask, asking)), asking.signal);
  return undefined;
}

function isShown({want}: InsideChange, seen: Observed<InsideState>): boolean {
  return (seen.status === 'present' || seen.status === 'absent') && differences(seen, want).length === 0;
}

function differences(before: Known<InsideState>, {ref, after}: InsideWant): readonly Attribute[] {
  const sort: Sort = sorts[placeOf(ref).sort];
  const seen = stateOf(before);
  if (after === 'absent') {
    if (!seen) return [];
    return [{name: 'state', before: 'present', after: sort.loses ? `absent, ${sort.loses}` : 'absent'}];
  }
  const wanted: Readonly<Record<string, FieldValue | undefined>> = after.exact
    ? {
        ...Object.fromEntries(Object.keys(seen?.fields ?? {}).map((name) => [name, undefined])),
        ...after.fields,
      }
    : after.fields;
  const {content} = after;
  return [
    ...(seen ? [] : [{name: 'state', before: 'absent', after: 'present'}]),
    ...(content && content.sha256 !== seen?.sha256 ? [contentDifference(seen?.sha256, content.sha256)] : []),
    ...Object.entries(wanted)
      .filter(([name, value]) => !isSame(value, seen?.fields[name]))
      .map(([name, value]) => difference(name, sort.typeOf(name), seen?.fields[name], value)),
  ];
}

/** A server that was given an empty text may say that it was given none. */
function isSame(wanted: FieldValue | undefined, seen: FieldValue | undefined): boolean {
  return isDeepStrictEqual(wanted, seen) || (wanted === '' && seen === undefined);
}

function difference(
  name: string,
  type: FieldType,
  before: FieldValue | undefined,
  after: FieldValue | undefined,
): Attribute {
  return {
    name,
    ...(before === undefined ? {} : {before: shownValue(type, before)}),
    ...(after === undefined ? {} : {after: shownValue(type, after)}),
  };
}

function contentDifference(before: string | undefined, after: string): Attribute {
  const digits = 12;
  return {
    name: 'content',
    ...(before === undefined ? {} : {before: before.slice(0, digits)}),
    after: after.slice(0, digits),
  };
}

function stateOf(seen: Observed<InsideState>): InsideState | undefined {
  if (seen.status !== 'present' || seen.state.nowhere) return undefined;
  return {fields: {}, ...seen.state};
}
