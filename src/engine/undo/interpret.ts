import {type AnyKind, type Change, isRefusal, type Ref, unitRef, unitWant} from '../../resources/index.ts';
import {UnknownRead} from '../../text/index.ts';
import type {KeptChange} from '../backup/manifest.ts';
import {interruptsUnit} from '../discharge.ts';
import {ask, type EventBody, type Interpretation} from '../effect.ts';
import type {TaskLabel} from '../events.ts';
import {looking} from '../looking.ts';
import {planChanges, readsOf} from '../plan.ts';
import {inTurn, keptByReturned, keptChanges} from './kept-changes.ts';
import {unitOf} from './order.ts';
import {type Planned, planBack, wantsOf} from './plan.ts';

/** A run to be taken back, on one host. */
export interface Undoing {
  readonly run: string;
  readonly host: string;
  /** Who changed something there. */
  readonly users: readonly string[];
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly withDiff: boolean;
  readonly isCheck: boolean;
  /** Its hosts keep a cluster alive together. */
  readonly isQuorum: boolean;
  /** What the run told of changes, by `kind:id`: what is not kept of them is told. */
  readonly told: ReadonlyMap<string, TaskLabel>;
  /** The last run after it that changed one of these (`kind:id`) there and was not taken back, as far as records tell. */
  readonly changedSince: (isOne: (ref: string) => boolean) => string | undefined;
  readonly now: () => number;
}

/**
 * Takes back what a run changed on one host, the last change first: each as wants, planned and made like those of any
 * task. One that must not be taken back, or fails, does so by itself, and the others go on. False when one failed.
 */
export function* interpretUndo(undoing: Undoing): Interpretation<boolean> {
  const {changes, gone} = yield* keptChanges(undoing.users, undoing.run);
  const kept = new Set(changes.map(({ref}) => ref));
  if (gone.size === 0) yield* tellUnkept(kept, undoing);
  yield* lookAtAll(changes, undoing);
  /** Who should be there again, and of whom nothing was found yet. */
  const returned = new Set<string>();
  let hasFailed = false;
  let left = inTurn(changes);
  for (let change = left[0]; change; change = left[0]) {
    if ((yield* takeBackOne(change, undoing)) === 'failed') hasFailed = true;
    left = left.slice(1);
    if (change.kind === 'user' && gone.delete(change.id)) returned.add(change.id);
    const back = returned.size === 0 ? [] : yield* keptByReturned(returned, undoing.run);
    if (back.length === 0) continue;
    for (const {ref} of back) kept.add(ref);
    left = inTurn([...left, ...back]);
    if (gone.size + returned.size === 0) yield* tellUnkept(kept, undoing);
  }
  yield* reloadUnits(changes, undoing);
  const missed = [...gone, ...returned];
  if (missed.length > 0) yield* tellLater(kept, missed, undoing);
  return !hasFailed;
}

/** Units whose files are as before are known so to systemd, too: the run, or its handlers, had it read them. */
function* reloadUnits(changes: readonly KeptChange[], undoing: Undoing): Interpretation<void> {
  const files = changes.filter(({kind, user}) => kind === 'path' && user === 'root');
  const units = new Map(
    files.flatMap((change) => {
      const unit = unitOf(change.id);
      return unit === undefined ? [] : [[unit, change] as const];
    }),
  );
  for (const [unit, {user, task}] of units) {
    const back = yield* reloadOf(unit, user, undoing);
    if (back.length === 0) continue;
    const end = (result: Result): Interpretation<void> => tell(undoing, task, 0, result);
    yield* makeBack({type: 'changes', changes: back}, {user, task}, undoing, end, false);
  }
}

/** None where systemd has read its files, knows no such unit, or it cannot be told yet. */
function* reloadOf(unit: string, user: string, {kinds}: Undoing): Interpretation<readonly Change[]> {
  try {
    const back = yield* looking(user, [unitRef(unit)], (view) =>
      planChanges([unitWant(unit, {})], kinds, view),
    );
    return isRefusal(back) ? [] : back;
  } catch (error) {
    if (error instanceof UnknownRead) return [];
    throw error;
  }
}

/** What was changed, and is not among what was kept: by a user without a home, or too long ago. */
function* tellUnkept(kept: ReadonlySet<string>, undoing: Undoing): Interpretation<void> {
  for (const [key, task] of undoing.told) {
    if (kept.has(key)) continue;
    yield* tell(undoing, task, 0, {
      status: 'failed',
      refused: true,
      message: `nothing is kept of how ${key.replace(/^path:/, '')} was before that run`,
    });
  }
}

/** What those did who are not there yet is known when they are; after a run that should have brought them, it is lost. */
function* tellLater(
  kept: ReadonlySet<string>,
  users: readonly string[],
  undoing: Undoing,
): Interpretation<void> {
  if (!undoing.isCheck) return yield* tellUnkept(kept, undoing);
  const message = `known after the run: what ${users.join(' and ')} did is taken back when that user is there again`;
  for (const [key, task] of undoing.told)
    if (!kept.has(key)) yield* tell(undoing, task, 0, {status: 'unknown', message});
}

/** Everything that the changes will ask, in one request for each user. */
function* lookAtAll(changes: readonly KeptChange[], undoing: Undoing): Interpretation<void> {
  const {kinds, withDiff} = undoing;
  for (const user of new Set(changes.map((change) => change.user))) {
    const own = changes.filter((change) => change.user === user);
    const refs = own.flatMap((change) => kinds.get(change.kind)?.undo?.reads(change, withDiff) ?? []);
    const wants = yield* looking(user, refs, (view) => own.flatMap((change) => wantsOf(change, kinds, view)));
    yield* ask({type: 'need', user, refs: readsOf(wants, kinds)});
  }
}

function* takeBackOne(change: KeptChange, undoing: Undoing): Interpretation<'done' | 'refused' | 'failed'> {
  const started = undoing.now();
  yield* ask({type: 'emit', event: {type: 'task-start', host: undoing.host, task: change.task}});
  for (let triesLeft = 2; ; triesLeft--) {
    const ended = yield* tryToTakeBack(change, undoing, started, triesLeft > 1);
    // Something else has changed it at that moment: what it is now decides.
    if (ended !== 'moved') return ended;
  }
}

function* tryToTakeBack(
  change: KeptChange,
  undoing: Undoing,
  started: number,
  mayMove: boolean,
): Interpretation<'done' | 'refused' | 'failed' | 'moved'> {
  const {user, task: label} = change;
  const {kinds, withDiff, now} = undoing;
  const reads: readonly Ref[] = kinds.get(change.kind)?.undo?.reads(change, withDiff) ?? [];
  const planned = yield* planOne(change, reads, undoing);
  const end = (result: Result): Interpretation<void> => tell(undoing, label, now() - started, result);
  switch (planned.type) {
    case 'nothing':
      yield* end({status: planned.lasting ? 'ok' : 'skipped', message: planned.message});
      return 'done';
    case 'refused': {
      const later = laterRun(planned, change.ref, undoing);
      const hint = later === undefined ? planned.hint : `vprov undo ${later} takes that back first`;
      yield* end({
        status: 'failed',
        refused: true,
        message:
          later === undefined
            ? planned.message
            : `${planned.message}; run ${later} has changed ${planned.holder === undefined ? 'it' : 'what is in it'} since`,
        ...(hint ? {hint} : {}),
      });
      return 'refused';
    }
    case 'unknown':
      yield* end({status: 'unknown', message: planned.message});
      yield* ask({
        type: 'doubt',
        user,
        refs: [{kind: change.kind, id: change.id, facets: ['meta', 'link']}],
        reason: planned.message.replace(/^known after the run: /, ''),
      });
      return 'done';
    case 'changes':
      return yield* makeBack(planned, change, undoing, end, mayMove);
  }
}

function* planOne(change: KeptChange, reads: readonly Ref[], undoing: Undoing): Interpretation<Planned> {
  const {user} = change;
  const {kinds} = undoing;
  try {
    const wants = yield* looking(user, reads, (view) => wantsOf(change, kinds, view));
    return yield* looking(user, [...reads, ...readsOf(wants, kinds)], (view) =>
      spared(planBack(change, kinds, view), undoing),
    );
  } catch (error) {
    if (error instanceof UnknownRead) return {type: 'unknown', message: error.message};
    throw error;
  }
}

function* makeBack(
  {changes: back, lost, stays}: Extract<Planned, {type: 'changes'}>,
  {user, task}: Pick<KeptChange, 'user' | 'task'>,
  {withDiff}: Undoing,
  end: (result: Result) => Interpretation<void>,
  mayMove: boolean,
): Interpretation<'done' | 'failed' | 'moved'> {
  const outcome = yield* ask({
    type: 'change',
    user,
    changes: back,
    journal: user,
    handlers: [],
    task,
    setting: {withDiff},
  });
  const {status, reports: changes} = outcome;
  if (outcome.status !== 'failed') {
    yield* end({status, changes, ...saying({lost, stays})});
    return 'done';
  }
  const {message, hint} = outcome;
  if (outcome.moved && !outcome.changed && mayMove) return 'moved';
  yield* end({status, changes, message, ...(hint ? {hint} : {})});
  return 'failed';
}

function saying({
  lost,
  stays,
}: {
  readonly lost: string | undefined;
  readonly stays: string | undefined;
}): Pick<Result, 'message' | 'attention'> {
  const message = lost ?? stays;
  return {...(message ? {message} : {}), ...(lost ? {attention: lost} : {})};
}

/** Who made what stands in the way, if that was a run. */
function laterRun(
  {moved, holder}: Extract<Planned, {type: 'refused'}>,
  ref: string,
  {changedSince}: Undoing,
): string | undefined {
  if (holder !== undefined) return changedSince((one) => one.startsWith(`path:${holder}/`));
  return moved ? changedSince((one) => one === ref) : undefined;
}

/** What serves a cluster may have been taken into it since (unsealed, joined), which no state of the unit tells. */
function spared(planned: Planned, {isQuorum}: Undoing): Planned {
  if (planned.type !== 'changes' || !isQuorum) return planned;
  const program = planned.changes.find(removesProgram);
  if (program)
    return {
      type: 'refused',
      message: `${program.ref.id} is a program, and that play was over a quorum: what may run is not removed by undo`,
      hint: `where nothing runs or starts it any more: rm ${program.ref.id}`,
    };
  const stopped = planned.changes.find(interruptsUnit);
  if (!stopped) return planned;
  return {
    type: 'refused',
    message: `${stopped.ref.id} runs, and that play was over a quorum: it is not stopped by undo`,
    hint: `where the cluster can spare it, stop it first: systemctl stop ${stopped.ref.id}`,
  };
}

/** A server's program goes on running when its file is gone, and does not come back after the next restart. */
function removesProgram({ref, want, before}: Change): boolean {
  if (ref.kind !== 'path' || want.after !== 'absent' || before.status !== 'present') return false;
  const {type, mode = '0'} = before.state as {readonly type?: unknown; readonly mode?: string};
  return type === 'file' && (Number.parseInt(mode, 8) & 0o111) !== 0;
}

type TaskEvent = Extract<EventBody, {type: 'task'}>;
type Result = Pick<TaskEvent, 'status' | 'refused' | 'message' | 'hint' | 'attention'> &
  Partial<Pick<TaskEvent, 'changes'>>;

function* tell(
  {host}: Undoing,
  task: TaskLabel,
  durationMs: number,
  {changes = [], ...result}: Result,
): Interpretation<void> {
  yield* ask({type: 'emit', event: {type: 'task', host, task, changes, durationMs, ...result}});
}
