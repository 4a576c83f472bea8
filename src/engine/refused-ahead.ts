import {tasksIn} from '../playbook/index.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation} from './effect.ts';
import {asksForRelease, isAsExpected} from './releases.ts';

/** Before the first task of a play. */
const outset = {name: 'what the hosts are', order: [-1]} as const;

/**
 * Whether the host fails before its first task, because a task of the play wants a release that cannot run there: nothing
 * is changed on hosts of which the inventory does not say what they are, or says what is not so, before that is known of
 * all of them. Where the inventory says it, validation has.
 */
export function* isRefusedAhead(context: Context): Interpretation<boolean> {
  const {learned, scopes, everyHandler, entersUnknown} = context;
  if (everyHandler || entersUnknown || !isWanted(context)) return false;
  const scope = scopes.forTask(undefined);
  const expected = isAsExpected(context.host, learned.facts, scope);
  if (expected === undefined) return false;
  if (expected === 'some are not said') yield* ask({type: 'meet', place: outset});
  else if (expected === 'yes') return false;
  const event = yield* ask({type: 'foresee'});
  if (!event) return false;
  yield* ask({type: 'emit', event});
  return true;
}

function isWanted({play, selects}: Context): boolean {
  for (const task of tasksIn(play.tasks)) if (asksForRelease(task) && selects(task)) return true;
  return false;
}
