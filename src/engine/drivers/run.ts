import type {Change, Content} from '../../resources/index.ts';
import type {Application} from '../application.ts';
import {applyChanges} from '../apply.ts';
import {reportOf} from '../diff.ts';
import {interruptsUnit} from '../discharge.ts';
import type {ActionOutcome, Driver, Effect, House, OfHost, Outcome, Reply} from '../effect.ts';
import type {ChangeReport} from '../events.ts';
import type {HostAccess} from '../host.ts';
import type {Failure, Part} from '../judged.ts';
import {performAction} from '../perform.ts';
import {NotBegun} from '../prepare.ts';
import {releaseAtHand, tellingOf} from '../releases.ts';
import {limitOf} from '../setting.ts';
import {failsTask, Interrupted} from '../stop.ts';
import {batchesOf} from '../together.ts';
import {type HostWriting, noMarks} from '../writing.ts';
import {answerReading, type Reading, turnedTo} from './reading.ts';

export interface RunDriverOptions extends Reading {
  readonly house: House;
  /** The lock and the journal: for the whole run, not only this play. */
  readonly writing: HostWriting;
  /** Called before the first write to the host. */
  readonly onWrite: () => void;
}

type ChangeEffect = Extract<Effect, {type: 'change'}>;
type ActEffect = Extract<Effect, {type: 'act'}>;

/** The run: changes are made and verified, actions carried out, marks of owed handlers kept on the host. */
export function runDriver(options: RunDriverOptions): Driver {
  /** Something of the running task was done: what belongs to it is done too, interrupted or not. */
  let begun = false;
  const answer = async (effect: Effect): Promise<Reply> => {
    if (effect.type === 'emit' && effect.event.type === 'task') begun = false;
    if (options.softSignal.aborted && !(begun && completes(effect)) && effect.type !== 'emit')
      throw new Interrupted();
    return answerOn(effect, options);
  };
  const answerOn = async (effect: Effect, options: RunDriverOptions): Promise<Reply> => {
    switch (effect.type) {
      case 'elsewhere':
        return answerOn(await ownMarks(effect.effect, options), await turnedTo(effect.host, options));
      case 'release':
        return releaseAtHand(
          effect,
          options.files.releases,
          tellingOf(options.emit, options.self, effect.task),
          options.softSignal,
        );
      case 'change':
        await provide(effect, options);
        if (effect.changes.some(interruptsUnit)) await options.guard.hold(effect.user);
        await beforeWriting(effect.user, options);
        begun = true;
        return change(effect, options);
      case 'act':
        if (effect.readOnly || effect.action.local) return performAction(effect, options);
        if (effect.task.handler || effect.action.scope === 'group') await options.guard.hold(effect.user);
        await beforeWriting(effect.user, options);
        begun = true;
        return act(effect, options);
      case 'gate':
        await beforeChange(effect.user, effect.host ? await turnedTo(effect.host, options) : options);
        return undefined;
      case 'doubt':
        return undefined;
      case 'settle':
        await beforeWriting(effect.journal, options);
        await options.writing.settle(effect);
        return undefined;
      default:
        return answerReading(effect, options);
    }
  };
  return answer as Driver;
}

/** What is still to be fetched is at hand before the host is touched. */
async function provide({changes, task}: ChangeEffect, options: RunDriverOptions): Promise<void> {
  const {files, emit, self, softSignal} = options;
  const telling = tellingOf(emit, self, task);
  for (const {want} of changes) {
    const {content} = want.after === 'absent' ? {} : (want.after as {content?: Content});
    if (content?.from !== undefined) await files.releases.provide(content.from, telling, softSignal);
  }
}

/** What a change on another host owes is this host's: its marks are written here, before. */
async function ownMarks(effect: OfHost, options: RunDriverOptions): Promise<OfHost> {
  if (effect.type === 'need' || effect.type === 'doubt' || effect.handlers.length === 0) return effect;
  await beforeWriting(effect.journal, options);
  await options.writing.owe(effect);
  return {...effect, handlers: []};
}

/** What follows a change within its task: what became of it is asked, handlers that it owes or does not are noted. */
function completes(effect: Effect): boolean {
  return (
    effect.type === 'need' ||
    effect.type === 'settle' ||
    (effect.type === 'elsewhere' && effect.effect.type === 'need') ||
    (effect.type === 'change' && effect.changes.length === 0)
  );
}

async function beforeChange(user: string, options: RunDriverOptions): Promise<void> {
  const {writing, guard, self, softSignal} = options;
  await writing.lock(user);
  await guard.beforeChange(self, softSignal);
}

async function beforeWriting(user: string, options: RunDriverOptions): Promise<void> {
  const {batch, self, onWrite} = options;
  await beforeChange(user, options);
  onWrite();
  batch.changed(self);
}

async function change(effect: ChangeEffect, options: RunDriverOptions): Promise<Outcome> {
  if (!effect.changes.some(interruptsUnit)) return makeChanges(effect, options);
  return options.guard.alone(options.self, async () => {
    const outcome = await makeChanges(effect, options);
    return {outcome, well: outcome.status !== 'failed'};
  });
}

async function makeChanges(effect: ChangeEffect, options: RunDriverOptions): Promise<Outcome> {
  const {user, changes, task, setting} = effect;
  const {writing, host, emit, house} = options;
  const reports: ChangeReport[] = [];
  const limit = limitOf(setting, options.hardSignal);
  const failed = (message: string, hint: string | undefined, changed: boolean, moved?: true): Outcome => ({
    status: 'failed',
    reports,
    message,
    changed,
    ...(hint ? {hint} : {}),
    ...(moved ? {moved} : {}),
  });
  let isSent = false;
  try {
    if (changes.length === 0) await writing.owe(effect);
    const before = changes.length > 0 ? await writing.marksBefore(user, effect) : noMarks;
    const application: Application = {
      user,
      task,
      host,
      kinds: house.kinds,
      emit,
      now: options.now,
      setting,
      limit,
      softSignal: options.softSignal,
      onUnkept: (unkept) => {
        for (const message of writing.backup.tellUnkept(unkept, user, host.name, task))
          emit({type: 'note', message});
      },
    };
    for (const batch of batchesOf(changes, house.kinds)) {
      const begun = reports.length;
      for (const one of batch) await endOldSessions(one, user, host);
      // Held already, unless it was by a session that has ended.
      await writing.lock(user);
      const parts = batch.map((one, index): Part => {
        const marks = begun + index === 0 ? before : noMarks;
        const scripts = [...marks.scripts, writing.backup.before(user, one, task)];
        const onSend = (): void => {
          isSent = true;
          marks.onSend();
        };
        return {change: one, before: {scripts, onSend}};
      });
      reports.push(...batch.map((one) => reportOf(one, setting.withDiff)));
      const failure = await applyOnce(parts, application, writing);
      if (failure) {
        // What was left alone is no part of what was tried.
        reports.splice(begun + failure.at + (failure.moved ? 0 : 1));
        return failed(failure.message, failure.hint, failure.changed || begun > 0, failure.moved);
      }
    }
    return {status: 'changed', reports};
  } catch (error) {
    const exceeded = limit.exceeded();
    if (exceeded !== undefined) {
      host.drop({type: 'everything'});
      return failed(exceeded, 'what it has done until then is there', isSent);
    }
    if (failsTask(error)) return failed(error.message, error.hint, isSent);
    throw error;
  }
}

/** As Ansible has it, where each task logs in anew: a user who was put into a group is in it from the next task on. */
async function endOldSessions({ref, before}: Change, acting: string, host: HostAccess): Promise<void> {
  if (ref.kind === 'user') await host.endSessions(ref.id, acting);
  if (ref.kind === 'group' && before.status === 'present') await host.endSessions(undefined, acting);
}

/** What was not begun when the connection was lost is begun once more, over a new one and under the lock. */
async function applyOnce(
  parts: readonly Part[],
  application: Application,
  writing: HostWriting,
): Promise<Failure | undefined> {
  try {
    return await applyChanges(parts, application);
  } catch (error) {
    if (!(error instanceof NotBegun)) throw error;
    await application.host.recover(error.loss);
    await writing.lock(application.user);
    return applyChanges(parts, application).catch((again: unknown) => {
      throw again instanceof NotBegun ? again.loss : again;
    });
  }
}

async function act(effect: ActEffect, options: RunDriverOptions): Promise<ActionOutcome> {
  await options.writing.owe(effect);
  if (!effect.task.handler) return performAction(effect, options);
  // What a handler's command does to the service, nobody here knows.
  return options.guard.alone(options.self, async () => {
    const outcome = await performAction(effect, options);
    return {outcome, well: outcome.status === 'done' && outcome.failed === undefined};
  });
}
