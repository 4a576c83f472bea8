import {type Play, tasksIn} from '../playbook/index.ts';
import type {Context} from './context.ts';
import type {ListedPlay} from './events.ts';
import {playName} from './label.ts';
import type {Project} from './project.ts';

/**
 * The tasks of each play that would be gone through, names as written: those of includes, too, whose file is known.
 * @param joined plays that hosts may join during the run
 */
export function listedPlays(
  {plays}: Project,
  selects: Context['selects'],
  joined: ReadonlySet<Play>,
): readonly ListedPlay[] {
  return plays.map(({play, hosts, open}) => ({
    name: playName(play),
    ...delegatesOf(play, hosts, selects),
    // Which of these it is for may be known only then, too.
    hosts: open && joined.has(play) ? [] : hosts,
    ...(joined.has(play) ? {open: true as const} : {}),
    tasks: [...tasksIn(play.tasks)].filter(selects).map(({name, module, role, tags, source}) => ({
      name: name?.text ?? module,
      ...(role ? {role: role.name} : {}),
      tags,
      source,
    })),
  }));
}

function delegatesOf(
  play: Play,
  hosts: readonly string[],
  selects: Context['selects'],
): Pick<ListedPlay, 'delegates'> {
  if (hosts.length === 0) return {};
  const tasks = [...tasksIn(play.tasks)].filter(selects);
  const named = tasks.flatMap(({among}) => (among.delegateTo ? [among.delegateTo.text] : []));
  const others = [...new Set(named)].filter((name) => !hosts.includes(name));
  return others.length === 0 ? {} : {delegates: others};
}
