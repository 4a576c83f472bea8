import type {Handler} from '../playbook/index.ts';
import type {Observed} from '../resources/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import type {Value} from '../values/index.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation} from './effect.ts';
import {type JournalState, journalDirectory, type OwedHandler} from './journal.ts';
import {definerOf} from './label.ts';
import {factsNotGathered} from './scopes.ts';
import {userOf} from './users.ts';

const factsRef = {kind: 'facts', id: 'host', facets: ['state']} as const;

/**
 * Facts and what is owed from before, in one question, at the beginning of a play.
 * @throws VprovError when it cannot be told as which user the play runs
 */
export function* lookAtHost(context: Context): Interpretation<void> {
  const {play, learned} = context;
  const user = userOf(undefined, context, context.scopes.forTask(undefined));
  const journal = journalRef(user);
  const refs = play.gatherFacts ? [factsRef, journal] : [journal];
  context.journal.user = user;
  try {
    const view = yield* ask({type: 'need', user, refs});
    const facts = play.gatherFacts ? view.get(factsRef) : undefined;
    if (facts?.status === 'present') learned.facts = facts.state as Value;
    if (facts?.status === 'unreadable') learned.facts = new Unknown(`facts cannot be read: ${facts.reason}`);
    const seen = view.get<JournalState>(journal);
    const writable = seen.status !== 'present' || seen.state.writable !== false;
    yield* takeUp(seen, context);
    if (!writable && user !== context.loginUser && user !== 'root') yield* useJournalOfRoot(context);
  } catch (error) {
    if (!(error instanceof UnknownRead)) throw error;
    if (play.gatherFacts && learned.facts === factsNotGathered) learned.facts = error.unknown;
  }
}

/** A user without a home keeps no journal: what they owe stands in root's. */
function* useJournalOfRoot(context: Context): Interpretation<void> {
  const ref = journalRef('root');
  const view = yield* ask({type: 'need', user: 'root', refs: [ref]});
  const seen = view.get<JournalState>(ref);
  context.journal.user = 'root';
  yield* takeUp(seen, context);
}

function journalRef(user: string) {
  return {kind: 'journal', id: journalDirectory(user), facets: ['state']} as const;
}

/** Handlers that an earlier run left owed, and that this play defines, are this play's to run. */
function* takeUp(journal: Observed<JournalState>, context: Context): Interpretation<void> {
  if (journal.status === 'unreadable') {
    const message = `what is owed here cannot be read: ${journal.reason}`;
    yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
  const marks = journal.status === 'present' ? (journal.state.owed ?? []) : [];
  const unread = journal.status === 'present' ? (journal.state.unread ?? 0) : 0;
  if (unread > 0) {
    const message = `handlers may be owed here that this vprov cannot read (${unread}): run the one that wrote it, or look into ${journalDirectory(context.journal.user)}`;
    yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
  context.onOwed?.(context.journal.user, marks);
  for (const mark of marks) {
    if (!context.handlers.some((handler) => isOf(handler, mark, context))) continue;
    context.owed.set(mark.handler, mark);
    // Nothing in this play says why it would run.
    const message = `'${mark.handler}' is owed from run ${mark.run} of ${mark.playbook}`;
    if (context.checkMode) yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
}

function isOf(handler: Handler, mark: OwedHandler, context: Context): boolean {
  return handler.handlerName === mark.handler && definerOf(handler, context.playbookName) === mark.of;
}
