import {Unknown, UnknownRead} from '../../text/index.ts';
import {reportOf} from '../diff.ts';
import type {ActionOutcome, Driver, Effect, Outcome, Reply} from '../effect.ts';
import type {OwedHandler} from '../journal.ts';
import {performAction} from '../perform.ts';
import {releaseAsKnown} from '../releases.ts';
import {Interrupted} from '../stop.ts';
import {mayAskAs} from './asked-as.ts';
import {laid} from './laid.ts';
import {answerReading, type Reading, turnedTo} from './reading.ts';

export interface CheckOptions extends Reading {
  /** What the host is owed from earlier runs: settled here where the run would settle it. */
  readonly owed: {settle(marks: readonly OwedHandler[]): void};
}

/**
 * Check mode: the same run, its changes laid over the knowledge of the host instead of made. Read-only actions run
 * while nothing is planned before them; after that what they would say is unknown.
 */
export function checkDriver(options: CheckOptions): Driver {
  const {guard, self, softSignal} = options;
  const answer = async (effect: Effect): Promise<Reply> => {
    if (softSignal.aborted && effect.type !== 'emit') throw new Interrupted();
    return answerOn(effect, options);
  };
  const answerOn = async (effect: Effect, options: CheckOptions): Promise<Reply> => {
    switch (effect.type) {
      case 'elsewhere':
        return answerOn(effect.effect, await turnedTo(effect.host, options));
      case 'release':
        return releaseAsKnown(effect, options.files.releases, 'cache');
      case 'need':
        if (effect.refs.length > 0) await mayAskAs(effect.user, options);
        return answerReading(effect, options);
      case 'change':
        await guard.beforeChange(self, softSignal);
        return planned(effect, options);
      case 'doubt':
        return doubted(effect, options);
      case 'act':
        if (effect.readOnly || effect.always || effect.action.local) return look(effect, options);
        await becomes(effect.user, options);
        await guard.beforeChange(self, softSignal);
        return (await foreseen(effect, options)) ?? wouldRun(effect, options);
      case 'gate':
        await options.guard.beforeChange(options.self, options.softSignal);
        return undefined;
      case 'settle':
        options.owed.settle(effect.handlers);
        return undefined;
      default:
        return answerReading(effect, options);
    }
  };
  return answer as Driver;
}

async function planned(
  effect: Extract<Effect, {type: 'change'}>,
  {overlay, host}: CheckOptions,
): Promise<Outcome> {
  const {user, changes, setting} = effect;
  for (const change of changes) await laid((known) => overlay.add([change], known), user, host);
  return {status: 'would-change', reports: changes.map((change) => reportOf(change, setting.withDiff))};
}

/** Without a resource that can be named, it is as after an action of which nobody knows what it does. */
async function doubted(
  {user, refs, reason, follows}: Extract<Effect, {type: 'doubt'}>,
  options: CheckOptions,
): Promise<undefined> {
  const {overlay, host} = options;
  if (refs.length === 0) overlay.addOpaque(reason);
  else {
    const asked = (await isAskable(user, options)) ? user : host.connection.loginUser;
    for (const ref of refs)
      await laid((known) => overlay.addDoubt(ref, {reason, follows: follows === true}, known), asked, host);
  }
}

/** Of one who is not there yet, nobody can be asked as. */
async function isAskable(user: string, options: CheckOptions): Promise<boolean> {
  try {
    await mayAskAs(user, options);
    return true;
  } catch (error) {
    if (error instanceof UnknownRead) return false;
    throw error;
  }
}

/** What is not run is asked nothing as its user, but whether that can be become. @throws TransportError where not */
async function becomes(user: string, options: CheckOptions): Promise<void> {
  const {connection} = options.host;
  if (user !== connection.loginUser && (await isAskable(user, options))) await connection.session(user);
}

type ActEffect = Extract<Effect, {type: 'act'}>;

async function look(effect: ActEffect, options: CheckOptions): Promise<ActionOutcome> {
  if (options.overlay.isEmpty || effect.action.local) return performAction(effect, options);
  return {status: 'unknown', unknown: new Unknown('depends on changes not yet made')};
}

/** What the action itself finds that it would come to; undefined: it would run, or does not say. */
async function foreseen(effect: ActEffect, options: CheckOptions): Promise<ActionOutcome | undefined> {
  const {action} = effect;
  let wouldAct = action.foresee === undefined;
  if (wouldAct) return undefined;
  const asks = {
    ...action,
    async act(...[args, ports, , group]: Parameters<typeof action.act>) {
      const found = await action.foresee?.(args, ports, group);
      wouldAct = found === undefined;
      return found ?? {changed: false, result: {}};
    },
  };
  const outcome = await performAction({...effect, action: asks, readOnly: true}, options);
  return wouldAct ? undefined : outcome;
}

function wouldRun({action, args, task, user}: ActEffect, {overlay, host}: CheckOptions): ActionOutcome {
  const effects = action.effects(args);
  if (effects.type !== 'none')
    overlay.addOpaque(`depends on what ${task.name} does`, (ref) =>
      host.knowledge(user).mayChange(effects, ref),
    );
  return {status: 'would-run', unknown: new Unknown('it is not run in check mode')};
}
