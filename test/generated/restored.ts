import type {Ran} from '../loopback/engine.ts';
import {Model, show} from './model.ts';
import type {Snapshot} from './witness.ts';

/** What an undo did not take back, and said so: by `kind:id`, as the run told it. */
export interface Unrestored {
  /** What was refused, each by itself: the resources that tasks of this name changed. */
  readonly refused: ReadonlySet<string>;
  /** What was taken back but for something. */
  readonly lost: ReadonlySet<string>;
}

/** @param ran the run that was taken back, by `undone` */
export function unrestoredBy(ran: Ran, undone: Ran): Unrestored {
  const refused = new Set<string>();
  const lost = new Set<string>();
  for (const {task, status, attention, changes} of undone.tasks) {
    const refs = ran.tasks
      .filter((one) => one.task.name === task.name)
      .flatMap((one) => one.changes.map(({ref}) => ref));
    if (status === 'failed') for (const ref of refs) refused.add(ref);
    else if (attention !== undefined)
      for (const {ref} of changes) if (/^(?:user|group|path):/.test(ref)) lost.add(ref);
  }
  return {refused, lost};
}

/**
 * Where the host is not as before: every path with type, mode, owner, group, target and contents, every account, unit,
 * mount, package and setting. What undo said that it leaves is left out, with all below it.
 */
export function differences(
  before: Snapshot,
  after: Snapshot,
  {refused, lost}: Unrestored,
): readonly string[] {
  const excused = [...refused, ...lost];
  const models = [before, after].map((snapshot) => new Model(snapshot, snapshot));
  const paths = excused
    .filter((ref) => ref.startsWith('path:') || ref.startsWith('mount:'))
    .map((ref) => ref.slice(ref.indexOf(':') + 1))
    .flatMap((path) => [
      path,
      ...models.flatMap((model) => [false, true].map((follow) => model.resolve(path, follow) ?? path)),
    ]);
  const isAt = (path: string): boolean =>
    excused.includes(path) || paths.some((one) => path === one || path.startsWith(`${one}/`));
  // What is said of one name of a file is said of all.
  const files = new Set([...before.paths].filter(([path]) => isAt(path)).map(([, {inode}]) => inode));
  const isExcused = (path: string): boolean => {
    const inode = before.paths.get(path)?.inode;
    return isAt(path) || (inode !== undefined && files.has(inode));
  };
  const found: string[] = [];
  for (const name of new Set([...before.paths.keys(), ...after.paths.keys()])) {
    const [was, is] = [show(before.paths.get(name)), show(after.paths.get(name))];
    if (was !== is && !isExcused(name)) found.push(`${name}: was ${was}, is after the undo ${is}`);
  }
  for (const kind of ['users', 'groups'] as const)
    for (const name of new Set([...before[kind].keys(), ...after[kind].keys()])) {
      const [was, is] = [before[kind].get(name)?.join(':'), after[kind].get(name)?.join(':')];
      // A user brings a group of its own name, and takes it along.
      const isOwn = excused.includes(`user:${name}`) || excused.includes(`group:${name}`);
      if (was !== is && !isOwn) found.push(`${kind} ${name} : was ${was}, is after the undo ${is}`);
    }
  for (const name of new Set([...before.others.keys(), ...after.others.keys()])) {
    const [was, is] = [before.others.get(name), after.others.get(name)];
    const unit = name.replace(/^enabled:(.*)$/, 'unit:$1.service');
    if (was !== is && !excused.includes(unit)) found.push(`${name} : was ${was}, is after the undo ${is}`);
  }
  for (const name of new Set([...before.active, ...after.active])) {
    const [was, is] = [before.active.has(name), after.active.has(name)];
    if (was !== is && !excused.includes(`unit:${name}.service`))
      found.push(`unit ${name} : ran ${was}, after the undo ${is}`);
  }
  return found;
}
