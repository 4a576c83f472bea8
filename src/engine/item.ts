import {errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Action, AnyModule, StateModule} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {
  type Change,
  isRefusal,
  type Ref,
  type Refusal,
  type StateView,
  type Want,
} from '../resources/index.ts';
import {Mistaken, UnknownRead} from '../text/index.ts';
import {isMap, render, secretsWithin, type ValueMap} from '../values/index.ts';
import {runAction} from './action.ts';
import {argumentMistakes} from './argument-mistakes.ts';
import {engineCodes} from './codes.ts';
import {runControl} from './control.ts';
import {delegateOf, elsewhere, reach} from './delegation.ts';
import {reportOf} from './diff.ts';
import {ask, type Interpretation} from './effect.ts';
import {firstUnknown} from './first-unknown.ts';
import {gather, inOrder, orderOf} from './group.ts';
import {inputsOf} from './inputs.ts';
import {withLaterTask} from './later.ts';
import {looking} from './looking.ts';
import {carryOutMeta} from './meta.ts';
import {confirm, notificationsOf, takeBack} from './notify.ts';
import {withOrigins} from './origins.ts';
import {type BarePass, factsOf, type Pass} from './pass.ts';
import {planChanges, readsOf} from './plan.ts';
import {failed, fine, type ItemResult, itemFields, refused} from './result.ts';
import {settingOf} from './setting.ts';
import {inTurn} from './turn.ts';
import {userOf} from './users.ts';
import {WrittenPlaces} from './written-places.ts';

/**
 * A task's module, once. Control modules are carried out here; state modules become wants, planned and changed;
 * actions are handed to the driver.
 * @throws VprovError for mistakes in the arguments, UnknownRead for what cannot be known yet
 */
export function* runItem(item: BarePass): Interpretation<ItemResult> {
  const {task, context, scope} = item;
  const entry = context.house.catalogue.modules.get(task.module);
  if (!entry) throw new Error(`module '${task.module}' passed the loader and is not in the catalogue`);
  const {module} = entry;
  checkKeywords(task, module);
  const args = argumentsOf(item);
  const setting = settingOf(task, context, scope);
  const other = delegateOf(task, context, scope);
  if (module.type === 'control') {
    yield* carryOutMeta(task);
    return yield* runControl(module.name, args, forWhom(item, other));
  }
  const unread = firstUnknown(args);
  if (unread && !context.entersUnknown) throw new UnknownRead(unread);
  if (unread && module.type === 'state') {
    // Whose turn it would be has its own mistakes.
    userOf(task, context, scope);
    throw new UnknownRead(unread);
  }
  if (other === undefined) {
    return yield* inTurn(module, args, item, context.host, function* (own) {
      return yield* runOn(module, args, {
        ...own,
        setting,
        user: userOf(task, context, scope),
        facts: context.learned.facts,
      });
    });
  }
  return yield* inTurn(module, args, item, other, function* (own) {
    const {facts, ...there} = yield* reach(other);
    const pass: Pass = {...own, setting, user: userOf(task, {...context, ...there}, scope), facts};
    const result = yield* elsewhere(other, runOn(module, args, pass));
    return {...result, on: other, reports: result.reports.map((report) => ({...report, on: other}))};
  });
}

function runOn(module: StateModule | Action, args: ValueMap, pass: Pass): Interpretation<ItemResult> {
  return module.type === 'action'
    ? runAction(module, args, firstUnknown(args) ? [] : (module.inputs?.(args) ?? []), pass)
    : runState(module, args, pass);
}

/** With `delegate_facts`, what `set_fact` sets is learned by the host that the task is delegated to. */
function forWhom(item: BarePass, other: string | undefined): BarePass {
  const {task, context} = item;
  const learned = other !== undefined && task.among.delegateFacts ? context.learnedOf(other) : undefined;
  return learned ? {...item, context: {...context, learned}} : item;
}

function* runState(module: StateModule, args: ValueMap, pass: Pass): Interpretation<ItemResult> {
  const {task, context, user} = pass;
  const inputs = yield* inputsOf(module.inputs?.(args) ?? [], pass);
  const refs = module.reads?.(args, factsOf(pass)) ?? [];
  const group = module.scope === 'group' ? yield* gather(refs, args, pass, true) : undefined;
  const wanting = () =>
    looking(user, refs, (seen) =>
      module.want(args, seen, inputs, {
        checkMode: context.checkMode || task.manner.checkMode === true,
        user,
        ...(group ? {group} : {}),
      }),
    );
  const wants = yield* wanting();
  const work = () => reachWants(wants, wanting, pass);
  return yield* group ? inOrder(orderOf(module, args, group), pass, work) : work();
}

/** How often a task is planned in all, where what it is planned from is changed by something else meanwhile. */
const mostPlans = 3;

/** @param wanting what is wanted from what is there by then */
function* reachWants(
  first: readonly Want[] | Refusal,
  wanting: () => Interpretation<readonly Want[] | Refusal>,
  pass: Pass,
): Interpretation<ItemResult> {
  let wants = first;
  for (let plansLeft = mostPlans; ; plansLeft--) {
    const result = yield* reachOnce(wants, pass, plansLeft > 1);
    if (result !== 'moved') return result;
    wants = yield* wanting();
  }
}

/** 'moved': nothing was done, as something else had changed what it was planned from, and it may be planned again. */
function* reachOnce(
  wants: readonly Want[] | Refusal,
  pass: Pass,
  mayMove: boolean,
): Interpretation<ItemResult | 'moved'> {
  const {context, user} = pass;
  if (isRefusal(wants)) return refused(wants.refused, wants.hint);
  const {kinds} = context.house;
  const reads = readsOf(wants, kinds);
  const plan = (view: StateView, shown: readonly Ref[] = []) => planChanges(wants, kinds, view, shown);
  const planned = yield* withTexts(yield* looking(user, reads, plan), reads, plan, pass);
  if (isRefusal(planned)) {
    const {refused: words, hint} = withLaterTask(planned, pass);
    return refused(words, hint);
  }
  if (planned.length === 0) return fine();
  return yield* makeChanges(planned, pass, mayMove);
}

/** With `--diff`, the texts that will be replaced are fetched in a second, small request, for those files only. */
function* withTexts(
  planned: ReturnType<typeof planChanges>,
  reads: readonly Ref[],
  plan: (view: StateView, shown: readonly Ref[]) => ReturnType<typeof planChanges>,
  {setting, user}: Pass,
): Interpretation<ReturnType<typeof planChanges>> {
  if (!setting.withDiff || isRefusal(planned)) return planned;
  const texts = planned.filter(replacesText).map(
    (change): Ref => ({
      ...change.ref,
      facets: [...change.ref.facets, 'text'],
    }),
  );
  if (texts.length === 0) return planned;
  return yield* looking(user, [...reads, ...texts], (view) => plan(view, texts));
}

function replacesText(change: Change): boolean {
  return (
    change.before.status === 'present' && change.attributes.some((attribute) => attribute.name === 'content')
  );
}

function* makeChanges(
  changes: readonly Change[],
  pass: Pass,
  mayMove: boolean,
): Interpretation<ItemResult | 'moved'> {
  const {context, user, label, setting, task} = pass;
  const reports = changes.map((change) => reportOf(change, setting.withDiff));
  const result: ValueMap = {
    ...itemFields('changed'),
    changes: reports.map((report) => ({
      ref: report.ref,
      attributes: report.attributes.map((one) => one.name),
      impact: report.impact?.type ?? 'none',
    })),
  };
  // Only a check of this task, in run and check alike: nothing is made, later tasks see nothing of it, and nothing is
  // owed for it. Validation goes on, to find mistakes in what it notifies.
  if (task.manner.checkMode && !context.onDiagnostic)
    return {status: 'would-change', reports, notified: [], result};
  const notified = yield* notificationsOf(pass, result);
  const {names, marks: handlers} = notified;
  const journal = context.journal.user;
  const outcome = yield* ask({type: 'change', user, changes, journal, handlers, task: label, setting});
  if (outcome.status === 'failed') {
    const {message, hint, reports: tried, changed} = outcome;
    if (!changed) yield* takeBack(notified, pass);
    if (outcome.moved && !changed && mayMove) return 'moved';
    const ended = failed(message, {hint, reports: tried, result});
    return {...ended, result: {...result, ...itemFields('failed'), msg: message, changed}};
  }
  confirm(notified, pass);
  return {status: outcome.status, reports: outcome.reports, notified: names, result};
}

/** Keywords that judge an opaque action have nothing to say of a module whose result is what it wants. */
function checkKeywords(task: Task, module: AnyModule): void {
  if (module.type === 'action') return;
  const placeOf = (keyword: string) => task.keywordSources?.get(keyword) ?? task.source;
  if (module.type === 'state' && task.manner.checkMode === false) {
    const message = `check_mode: false has no place on ${task.module}: check mode changes nothing`;
    const hint = 'it is for actions, as command is one, which check mode would not run';
    throw new VprovError(
      errorDiagnostic(engineCodes, 'ENG008', message, {source: placeOf('check_mode'), hint}),
    );
  }
  const misplaced = [
    task.changedWhen && 'changed_when',
    task.failedWhen && 'failed_when',
    task.until && 'until',
    task.readsOnly && 'reads_only',
  ].find((keyword) => typeof keyword === 'string');
  if (!misplaced) return;
  const message = `${misplaced} has no place on ${task.module}: it judges what command, uri and wait_for give`;
  const hint = hintFor(misplaced, module);
  throw new VprovError(errorDiagnostic(engineCodes, 'ENG008', message, {source: placeOf(misplaced), hint}));
}

function hintFor(keyword: string, {type}: AnyModule): string | undefined {
  if (keyword === 'failed_when') return 'use ignore_errors to go on, or an assert on its result';
  if (keyword === 'reads_only') return 'leave it out: check mode looks at the host in any case';
  if (keyword === 'until') return 'wait with wait_for, uri or command before it';
  return type === 'control'
    ? 'leave it out: it changes no host'
    : 'leave it out: it says by itself what it changes';
}

function argumentsOf({task, context, scope}: BarePass): ValueMap {
  const entry = context.house.catalogue.modules.get(task.module);
  const value = render(task.args, scope, entry?.args.schema);
  if (value instanceof Mistaken) throw new UnknownRead(value);
  if (!isMap(value)) throw new Error(`the arguments of ${task.module} are not a map`);
  // The line of a value would show it.
  const places = new WrittenPlaces(task.args, task.noLog ? undefined : scope, entry?.args.schema);
  const mistakes = argumentMistakes(task, value, context.house.catalogue, places);
  if (mistakes.length > 0)
    throw new VprovError(withOrigins(mistakes, task, scope, places, entry?.args.schema));
  if (task.flawed) throw new UnknownRead(new Mistaken('the task has a mistake'));
  if (context.onSecret) secretsWithin(value).forEach(context.onSecret);
  return value;
}
