import type {Diagnostic} from '../errors/index.ts';
import type {AnyModule} from '../modules/index.ts';
import type {Handler, Task} from '../playbook/index.ts';
import type {Unknown} from '../text/index.ts';
import {type Layer, test, type Value, type Variable} from '../values/index.ts';
import {mistakesOfConditions, notifiedByTemplate} from './conditions.ts';
import type {Context} from './context.ts';
import type {Interpretation} from './effect.ts';
import {type Precedents, precedentsOf} from './precedents.ts';
import {Reads} from './reads.ts';
import type {TaskResult} from './result.ts';
import type {Scopes} from './scopes.ts';

/** What a task came to on a host, and all that it depends on. */
interface Outcome {
  /** Where it depends on which host it is. */
  readonly onlyOf: string | undefined;
  readonly reads: Reads;
  readonly facts: Value;
  readonly becomes: Context['becomes'];
  readonly handlers: readonly Handler[];
  readonly result: TaskResult;
  readonly learned: readonly (readonly [string, Variable])[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What was made of a host's variables, and of which ones. */
interface Verdict<T> {
  readonly reads: Reads;
  readonly verdict: T;
}

/**
 * What tasks came to on the hosts before. Validation goes through every task for every host, and most tasks read
 * nothing that is the host's own: what such a task came to on one, with the mistakes found in it, holds for the others.
 */
export class RememberedTasks {
  readonly #outcomes = new Map<Task, Precedents<Outcome>>();
  readonly #whens = new Map<Task, Precedents<Verdict<boolean | Unknown>>>();
  readonly #mistakes = new Map<Task, Precedents<Verdict<readonly Diagnostic[]>>>();

  /** Whether a task's `when` holds here: most read nothing of the host's own, also where the task itself does. */
  holds(task: Task, scopes: Scopes): boolean | Unknown {
    if (task.when.length === 0) return true;
    return verdictOf(this.#whens, task, scopes, (own) => test(task.when, own.forTask(task)));
  }

  /** What is wrong with what a task reads of its result: mostly of nothing but that. */
  mistakesOfConditions(task: Task, context: Context, above: readonly Layer[]): readonly Diagnostic[] {
    // Which handlers there are is the host's own: it matters to a name that is a template, or may be that of one.
    if (notifiedByTemplate(task, context).length > 0) return mistakesOfConditions(task, context, above);
    return verdictOf(this.#mistakes, task, context.scopes, (scopes) =>
      mistakesOfConditions(task, {...context, scopes}, above),
    );
  }

  /** What the task comes to here: by `work`, unless it read on another host just what it would read on this one. */
  *recall(
    task: Task,
    context: Context,
    work: (context: Context) => Interpretation<TaskResult>,
  ): Interpretation<TaskResult> {
    if (!canBeRemembered(task, context)) return yield* work(context);
    const precedents = precedentsOf(this.#outcomes, task);
    if (!precedents.isTried) return yield* work(context);
    const known = precedents.find((outcome) => holdsHere(outcome, context));
    if (known) {
      for (const [name, variable] of known.learned) context.learned.registered.set(name, variable);
      if (context.onDiagnostic) known.diagnostics.forEach(context.onDiagnostic);
      return known.result;
    }
    const outcome = yield* noted(context, work);
    precedents.add(outcome);
    // Handlers are gone through again on the same host, whenever they are flushed; tasks are not.
    if (outcome.onlyOf !== undefined && !isHandler(task)) precedents.giveUp();
    return outcome.result;
  }
}

function verdictOf<T>(
  all: Map<Task, Precedents<Verdict<T>>>,
  task: Task,
  scopes: Scopes,
  work: (scopes: Scopes) => T,
): T {
  const precedents = precedentsOf(all, task);
  if (!precedents.isTried) return work(scopes);
  const scope = scopes.forTask(task);
  const known = precedents.find(({reads}) => reads.areSameFor(task, scope));
  if (known) return known.verdict;
  const reads = new Reads();
  const verdict = work(reads.noting(scopes));
  if (!reads.areOfOneHost) precedents.add({reads, verdict});
  return verdict;
}

function* noted(
  context: Context,
  work: (context: Context) => Interpretation<TaskResult>,
): Interpretation<Outcome> {
  const reads = new Reads();
  const diagnostics: Diagnostic[] = [];
  const {registered, facts} = context.learned;
  const before = new Map(registered);
  const result = yield* work({
    ...context,
    scopes: reads.noting(context.scopes),
    onDiagnostic: (diagnostic) => {
      diagnostics.push(diagnostic);
      context.onDiagnostic?.(diagnostic);
    },
  });
  return {
    onlyOf: reads.areOfOneHost ? context.host : undefined,
    reads,
    facts,
    becomes: context.becomes,
    handlers: [...context.handlers],
    result,
    learned: [...registered].filter(([name, variable]) => before.get(name) !== variable),
    diagnostics,
  };
}

function holdsHere({onlyOf, reads, facts, becomes, handlers}: Outcome, context: Context): boolean {
  return (
    (onlyOf === undefined || onlyOf === context.host) &&
    facts === context.learned.facts &&
    becomes.become === context.becomes.become &&
    becomes.user === context.becomes.user &&
    handlers.length === context.handlers.length &&
    handlers.every((handler, index) => handler === context.handlers[index]) &&
    reads.areSameIn(context.scopes)
  );
}

function isHandler(task: Task | Handler): task is Handler {
  return 'handlerName' in task;
}

/** Only what leaves nothing behind but what it registers: no includes, nothing done elsewhere or for all hosts. */
function canBeRemembered(task: Task, {house}: Context): boolean {
  const {runOnce, delegateTo} = task.among;
  if (task.type !== 'task' || runOnce || delegateTo) return false;
  const module = house.catalogue.modules.get(task.module)?.module;
  return module !== undefined && leavesNothingElse(module);
}

function leavesNothingElse(module: AnyModule): boolean {
  return module.type !== 'control' || ['assert', 'debug', 'fail', 'set_fact'].includes(module.name);
}
