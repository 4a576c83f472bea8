import {VprovError} from '../errors/index.ts';
import {type AnyModule, touchedBy} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import type {Ref} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import {isMap, render, type Scope, type ValueMap} from '../values/index.ts';
import type {Context} from './context.ts';
import {delegateOf, elsewhere} from './delegation.ts';
import {ask, type Interpretation} from './effect.ts';
import {factsOf} from './pass.ts';
import {userOf} from './users.ts';

/**
 * After a task of which check mode cannot say what it does, or whether it is done at all: what it is about is unknown
 * from there on, so that no later task is foretold from what is there now.
 * @param name of the task, as people read it
 */
export function* leaveDoubt(task: Task, context: Context, scope: Scope, name: string): Interpretation<void> {
  if (!context.checkMode || context.entersUnknown || task.manner.checkMode === true) return;
  const module = context.house.catalogue.modules.get(task.module)?.module;
  if (module?.type === 'control' && task.type !== 'include') return;
  const args = readable(() => argumentsOf(task, context, scope));
  if (module?.type === 'action' && leavesAll(module, task, args)) return;
  const refs = module?.type === 'state' && args ? namedBy(module, args, context) : [];
  const user = readable(() => userOf(task, context, scope)) ?? context.loginUser;
  const other = readable(() => delegateOf(task, context, scope));
  const follows = mayFollow(task, args) ? ({follows: true} as const) : {};
  const doubt = ask({type: 'doubt', user, refs, reason: `depends on what ${name} does`, ...follows});
  yield* other === undefined ? doubt : elsewhere(other, doubt);
}

/** Whether a link may be gone through: by `follow`, or as it leads to a directory in which something is put. */
function mayFollow({module}: Task, args: ValueMap | undefined): boolean {
  return module !== 'file' || (args?.follow ?? false) !== false;
}

function argumentsOf(task: Task, {house}: Context, scope: Scope): ValueMap | undefined {
  const value = render(task.args, scope, house.catalogue.modules.get(task.module)?.args.schema);
  return isMap(value) ? value : undefined;
}

/** Whether an action changes nothing, whatever it is given. */
function leavesAll(module: AnyModule & {type: 'action'}, task: Task, args: ValueMap | undefined): boolean {
  if (task.readsOnly) return true;
  return (
    args !== undefined &&
    readable(() => module.readOnly(args) || module.effects(args).type === 'none') === true
  );
}

function namedBy(module: AnyModule & {type: 'state'}, args: ValueMap, {learned}: Context): readonly Ref[] {
  const named = touchedBy(module.name, args);
  if (named.length > 0) return named;
  // Where no argument says it (a host's name, its time zone), what the module looks at itself.
  return readable(() => module.reads?.(args, factsOf(learned))) ?? [];
}

/** What can be read of a task as far as it is known; its mistakes are told elsewhere. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownRead || error instanceof VprovError) return undefined;
    throw error;
  }
}
