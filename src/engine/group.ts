import type {Action, GroupView, StateModule} from '../modules/index.ts';
import {type Observed, type Ref, refKey, type StateView} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import type {ValueMap} from '../values/index.ts';
import {ask, type Interpretation} from './effect.ts';
import {looking} from './looking.ts';
import {placeOfTask} from './once.ts';
import type {Pass} from './pass.ts';
import {type ItemResult, refused} from './result.ts';

/**
 * What every host of the batch that comes to this task sees there, and is told by it: all at one moment, so that what each makes of it is
 * one decision.
 * @param mayChange whether the task may change them: a host that has not made its first change by then makes it before
 */
export function* gather(
  refs: readonly Ref[],
  told: ValueMap,
  pass: Pass,
  mayChange: boolean,
): Interpretation<GroupView> {
  const {context, task, user} = pass;
  const seen = yield* looking(user, refs, (view) => snapshot(refs, view));
  const place = {...placeOfTask(task, context), ...(mayChange ? {opensGate: true as const} : {})};
  const {brought} = yield* ask({type: 'meet', place, brings: {seen, told}});
  const all = brought.size > 0 ? [...brought] : [[context.host, {seen, told}] as const];
  return {
    self: context.host,
    members: new Map(all.map(([host, one]) => [host, one.seen])),
    told: new Map(all.map(([host, one]) => [host, one.told])),
  };
}

/** The view as it is now; what cannot be known yet stays so. */
function snapshot(refs: readonly Ref[], view: StateView): StateView {
  const kept = new Map<string, Observed | UnknownRead>(refs.map((ref) => [refKey(ref), seenOf(ref, view)]));
  return {
    get: (ref) => {
      const found = kept.get(refKey(ref));
      if (found === undefined) throw new Error(`${refKey(ref)} was read without having been asked for`);
      if (found instanceof UnknownRead) throw found;
      return found as ReturnType<StateView['get']> as never;
    },
  };
}

function seenOf(ref: Ref, view: StateView): Observed | UnknownRead {
  try {
    return view.get(ref);
  } catch (error) {
    if (error instanceof UnknownRead) return error;
    throw error;
  }
}

/**
 * Members are changed one after the other, in this order, and none after one that failed at it. Who has had its turn goes on
 * with the last of them: what it does next may be to wait for the others. Who failed at it says so: where a `rescue` or an `always` is
 * next for it, it has not failed the play.
 */
export function* inOrder(
  order: readonly string[],
  pass: Pass,
  work: () => Interpretation<ItemResult>,
): Interpretation<ItemResult> {
  const {context, task} = pass;
  const ofTask = placeOfTask(task, context);
  const {name, order: position} = ofTask;
  let done: ItemResult | undefined;
  for (const [index, host] of order.entries()) {
    const before = order[index - 1];
    const turn = {name: `turn ${index} of ${name}`, order: position, turnAt: name};
    const place = {...turn, ...(before ? {awaits: before} : {})};
    const {failed} = yield* ask({type: 'meet', place});
    if (done) continue;
    const bad = order.slice(0, index).filter((one) => failed.includes(one));
    if (bad.length > 0)
      return refused(`not done, because it failed on ${bad.join(', ')}, which was to come before`);
    if (host !== context.host) continue;
    done = yield* work();
    if (done.status !== 'failed') continue;
    yield* ask({type: 'fell', place: ofTask});
    return done;
  }
  return done ?? (yield* work());
}

/** Unless the module says otherwise, the order of the batch. */
export function orderOf(
  {order}: Pick<StateModule | Action, 'order'>,
  args: ValueMap,
  group: GroupView,
): readonly string[] {
  return order?.(args, group) ?? [...group.members.keys()];
}
