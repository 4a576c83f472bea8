import type {ListedPlay} from '../engine/index.ts';
import {formatPlace} from './diagnostic.ts';
import type {Layout} from './layout.ts';
import {visible} from './width.ts';

/** What of a listing is shown. */
export type Listed = 'hosts' | 'tags' | 'tasks';

/** What a run would go through: for each play its hosts, and what is asked of its tags, and of its tasks with theirs. */
export function listingLines(
  plays: readonly ListedPlay[],
  what: readonly Listed[],
  layout: Layout,
): readonly string[] {
  return plays.flatMap((play) => [
    layout.style('strong', `${visible(play.name)} · ${hostsOf(play)}`) + delegatesOf(play, what),
    ...(what.includes('tags') ? tagLines(play, what.includes('tasks')) : []),
    ...(what.includes('tasks') ? play.tasks.map((task) => taskLine(task, layout)) : []),
  ]);
}

function hostsOf({hosts, open}: ListedPlay): string {
  const named = hosts.map(visible).join(' ');
  if (!open) return named || 'no hosts';
  return `${named ? `${named} and ` : ''}whoever joins during the run`;
}

function delegatesOf({delegates = []}: ListedPlay, what: readonly Listed[]): string {
  const isShown = what.includes('hosts') && delegates.length > 0;
  return isShown ? `, delegating to ${delegates.map(visible).join(' ')}` : '';
}

function tagLines({tasks}: ListedPlay, isTitled: boolean): readonly string[] {
  const tags = [...new Set(tasks.flatMap((task) => task.tags))].toSorted();
  return [`  ${isTitled ? 'tags: ' : ''}${tags.map(visible).join(', ') || 'no tags'}`];
}

function taskLine({name, role, tags, source}: ListedPlay['tasks'][number], layout: Layout): string {
  const title = role === undefined ? visible(name) : `${visible(role)} : ${visible(name)}`;
  const tagged = tags.length === 0 ? '' : ` [${tags.map(visible).join(', ')}]`;
  const place = layout.verbosity > 1 ? layout.style('place', `  ${formatPlace(source, layout.cwd)}`) : '';
  return `  ${title}${tagged}${place}`;
}
