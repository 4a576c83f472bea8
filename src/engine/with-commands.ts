import type {Context} from './context.ts';
import {ask, type Effect, type Interpretation, type Reply} from './effect.ts';

/**
 * A piece of interpretation that may ask for what a command of this machine gives (`pipe`). Up to its first effect on a
 * host it is begun again when the commands that it misses have run, which Ctrl-C ends.
 */
export function* withCommands<T>(context: Context, begin: () => Interpretation<T>): Interpretation<T> {
  const {commands} = context;
  if (!commands) return yield* begin();
  for (;;) {
    const steps = begin();
    let onlyLooked = true;
    let next = (): IteratorResult<Effect, T> => steps.next();
    for (;;) {
      const attempt = onlyLooked ? commands.attempt(next) : {result: commands.atOnce(next)};
      if ('missing' in attempt) {
        abandon(steps);
        yield* ask({type: 'commands', ready: (signal) => commands.ready(attempt.missing, signal)});
        break;
      }
      const step = attempt.result;
      if (step.done) return step.value;
      onlyLooked &&= looks(step.value);
      try {
        const reply: Reply = yield step.value;
        next = () => steps.next(reply);
      } catch (error) {
        next = () => steps.throw(error);
      }
    }
  }
}

/** A rendering that may ask for the same. */
export function* rendered<T>({commands}: Context, work: () => T): Interpretation<T> {
  if (!commands) return work();
  for (;;) {
    const attempt = commands.attempt(work);
    if ('result' in attempt) return attempt.result;
    yield* ask({type: 'commands', ready: (signal) => commands.ready(attempt.missing, signal)});
  }
}

/** Gives back what it holds, such as a turn. It may have ended by what it threw. */
function abandon(steps: Interpretation<unknown>): void {
  const {done} = steps.return(undefined);
  if (!done) throw new Error('what is abandoned asks for something more');
}

/** Whether it may be asked for once more. */
function looks(effect: Effect): boolean {
  switch (effect.type) {
    case 'inputs':
    case 'release':
    case 'need':
    case 'turn':
    case 'reach':
    case 'commands':
      return true;
    case 'elsewhere':
      return looks(effect.effect);
    default:
      return false;
  }
}
