import type {Action, StateModule} from '../modules/index.ts';
import type {ValueMap} from '../values/index.ts';
import {ask, type Effect, type Interpretation, type Reply} from './effect.ts';
import {placeOfTask} from './once.ts';
import type {BarePass} from './pass.ts';
import type {ItemResult} from './result.ts';

/** What a task does on a host. */
type Work = (item: BarePass) => Interpretation<ItemResult>;

/**
 * From looking at the host to the end of its change, a task has it for itself: others may be delegated there. What only
 * looks needs no turn there; `throttle` counts it, too.
 * In a play over a quorum, who would wait for a turn plans first: none of the others is changed before that is done.
 */
export function* inTurn(
  module: StateModule | Action,
  args: ValueMap,
  item: BarePass,
  on: string,
  work: Work,
): Interpretation<ItemResult> {
  const {task, context} = item;
  const {throttle} = task.among;
  const looks = module.type === 'action' && (module.local || task.readsOnly || module.readOnly(args));
  const turn = {
    type: 'turn',
    ...(throttle ? {throttle: {place: placeOfTask(task, context), limit: throttle}} : {}),
    ...(looks ? {} : {on}),
  } as const;
  let leave = yield* ask({...turn, ifFree: context.play.quorum && !looks && module.scope === 'host'});
  if (!leave) {
    const planned = yield* untilItWrites(item, work);
    if ('status' in planned) return planned;
    yield* ask({type: 'gate', ...planned, ...(on === context.host ? {} : {host: on})});
    leave = yield* ask(turn);
  }
  try {
    return yield* work(item);
  } finally {
    leave?.();
  }
}

/** The work as far as it only looks; where it comes to a change, by which user. What is owed by it is not noted. */
function* untilItWrites(item: BarePass, work: Work): Interpretation<ItemResult | {readonly user: string}> {
  const {context} = item;
  const own = {...context, owed: new Map(context.owed), unsure: new Set(context.unsure)};
  const steps = work({...item, context: own});
  let step = steps.next();
  while (!step.done) {
    const user = writerOf(step.value);
    if (user !== undefined) return {user};
    let reply: Reply;
    try {
      reply = yield step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(reply);
  }
  return step.value;
}

function writerOf(effect: Effect): string | undefined {
  const own = effect.type === 'elsewhere' ? effect.effect : effect;
  if (own.type === 'settle') return own.journal;
  return own.type === 'change' || own.type === 'act' ? own.user : undefined;
}
