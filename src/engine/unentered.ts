import {dirname} from 'node:path';
import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {Catalogue, LocalFileRef} from '../modules/index.ts';
import type {Entry, Expression, Play, Task} from '../playbook/index.ts';
import {isMap, isStatic, type Reference, references, render, staticScope} from '../values/index.ts';
import {argumentsOf} from './as-written.ts';
import {sourceOf} from './inputs.ts';
import type {LocalFiles} from './local-files.ts';
import type {Project} from './project.ts';
import {undefinedIn} from './unread.ts';

/** A task that no host came to, with the names that conditions around it ask for. */
interface Unentered {
  readonly task: Task;
  readonly play: Play;
  readonly asked: ReadonlySet<string>;
}

/** How far validation came with tasks, by where they stand: an include gives new ones each time. */
export class ReachedTasks {
  readonly #reached = new Map<string, 'asked' | 'entered'>();

  /** @param how 'asked': its condition was read. 'entered': it did not keep the task from being gone into. */
  add(task: Task, how: 'asked' | 'entered'): void {
    const key = keyOf(task);
    if (how === 'entered' || !this.#reached.has(key)) this.#reached.set(key, how);
  }

  get(task: Task): 'asked' | 'entered' | undefined {
    return this.#reached.get(keyOf(task));
  }
}

function keyOf({source: {file, line, column}}: Task): string {
  return `${file}:${line}:${column}`;
}

/**
 * What will most likely be wrong with tasks that no host came to, because of their conditions, tags or empty loops: names
 * that nothing in the project defines, local files that are not there. Each a warning: nothing goes wrong yet, and `-e`
 * or whoever prepares the files may come before. @param selects what tags on the command line leave out is not meant
 */
export async function mistakesOfUnentered(
  project: Project,
  reached: ReachedTasks,
  selects: (task: Task) => boolean,
  catalogue: Catalogue,
  files: LocalFiles,
): Promise<readonly Diagnostic[]> {
  const tasks = project.plays
    .flatMap(({play}) => [...unenteredIn([...play.tasks, ...play.handlers], play, reached, new Set())])
    .filter(({task}) => selects(task) || task.tags.includes('never'));
  const missing = await Promise.all(tasks.map((one) => missingFiles(one, catalogue, files)));
  return [...undefinedIn(readsIn(tasks, reached, catalogue), project), ...missing.flat()];
}

function* unenteredIn(
  entries: readonly Entry[],
  play: Play,
  reached: ReachedTasks,
  outer: ReadonlySet<string>,
): Iterable<Unentered> {
  for (const entry of entries) {
    if (entry.type === 'flush') continue;
    if (entry.type === 'block') {
      yield* unenteredIn([...entry.block, ...entry.rescue, ...entry.always], play, reached, outer);
      continue;
    }
    const asked = new Set([...outer, ...entry.when.flatMap(askedFor)]);
    if (reached.get(entry) !== 'entered' && entry.flawed === undefined) yield {task: entry, play, asked};
    if (entry.type === 'include') yield* unenteredIn(entry.known ?? [], play, reached, asked);
  }
}

function askedFor(condition: Expression): readonly string[] {
  return references(condition)
    .filter(({optional}) => optional)
    .map(({name}) => name);
}

/** The names that such tasks read, but for those that conditions around them ask for. A role may be made for variables of others. */
function readsIn(
  tasks: readonly Unentered[],
  reached: ReachedTasks,
  catalogue: Catalogue,
): Parameters<typeof undefinedIn>[0] {
  return tasks.flatMap(({task, asked}) =>
    readsOf(task, reached.get(task) === undefined, catalogue)
      .filter(({name}) => !asked.has(name))
      .map((read) => ({...read, isOwn: task.role === undefined})),
  );
}

/** Not what is read of a task's result: that has names of its own. @param withCondition nobody has read that yet */
function readsOf(task: Task, withCondition: boolean, catalogue: Catalogue): readonly Reference[] {
  const {expressions, others} = argumentsOf(task.args, catalogue.modules.get(task.module)?.args.schema);
  const nodes = [...others, ...(task.loop ? [task.loop] : []), ...task.vars];
  return [...nodes, ...(withCondition ? task.when : []), ...expressions].flatMap(references);
}

async function missingFiles(
  {task, play}: Unentered,
  {modules}: Catalogue,
  files: LocalFiles,
): Promise<readonly Diagnostic[]> {
  const entry = modules.get(task.module);
  if (!entry || entry.module.type === 'control' || !entry.module.inputs || !isStatic(task.args)) return [];
  const args = render(task.args, staticScope, entry.args.schema);
  if (!isMap(args)) return [];
  const refs = entry.module.inputs(args).filter((ref): ref is LocalFileRef => ref.type !== 'release');
  const found = await Promise.all(refs.map((ref) => missing(ref, task, dirname(play.file), files)));
  return found.flat();
}

async function missing(
  ref: LocalFileRef,
  task: Task,
  directory: string,
  files: LocalFiles,
): Promise<readonly Diagnostic[]> {
  try {
    await files.resolve(ref, task.role, sourceOf([ref], task), directory);
    return [];
  } catch (error) {
    if (error instanceof VprovError) return error.diagnostics.map((one) => ({...one, severity: 'warning'}));
    throw error;
  }
}
