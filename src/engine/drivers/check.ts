import {NotProbed} from '../../resources/index.ts';
import {Unknown} from '../../text/index.ts';
import {reportOf} from '../diff.ts';
import type {ActionOutcome, Driver, Effect, Outcome, Reply} from '../effect.ts';
import type {HostAccess} from '../host.ts';
import type {OwedHandler} from '../journal.ts';
import type {Known} from '../overlay.ts';
import {performAction} from '../perform.ts';
import {releaseAsKnown} from '../releases.ts';
import {Interrupted} from '../stop.ts';
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
      case 'change':
        await guard.beforeChange(self, softSignal);
        return planned(effect, options);
      case 'doubt':
        return doubted(effect, options);
      case 'act':
        if (effect.readOnly || effect.always || effect.action.local) return look(effect, options);
        await guard.beforeChange(self, softSignal);
        return wouldRun(effect, options);
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
  {overlay, host}: CheckOptions,
): Promise<undefined> {
  if (refs.length === 0) overlay.addOpaque(reason);
  for (const ref of refs)
    await laid((known) => overlay.addDoubt(ref, {reason, follows: follows === true}, known), user, host);
}

/** Behind a link, what a change before it makes was asked for by no name that it has. */
async function laid(lay: (known: Known) => void, user: string, host: HostAccess): Promise<void> {
  for (;;) {
    const knowledge = host.knowledge(user);
    try {
      return lay((ref) => knowledge.of(ref));
    } catch (error) {
      const missing = error instanceof NotProbed ? host.missing(user, [error.ref]) : [];
      if (missing.length === 0) throw error;
      await host.probe(user, missing);
    }
  }
}

type ActEffect = Extract<Effect, {type: 'act'}>;

async function look(effect: ActEffect, options: CheckOptions): Promise<ActionOutcome> {
  if (options.overlay.isEmpty || effect.action.local) return performAction(effect, options);
  return {status: 'unknown', unknown: new Unknown('depends on changes not yet made')};
}

function wouldRun({action, args, task, user}: ActEffect, {overlay, host}: CheckOptions): ActionOutcome {
  const effects = action.effects(args);
  if (effects.type !== 'none')
    overlay.addOpaque(`depends on what ${task.name} does`, (ref) =>
      host.knowledge(user).mayChange(effects, ref),
    );
  return {status: 'would-run', unknown: new Unknown('it is not run in check mode')};
}
