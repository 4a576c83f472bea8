import type {ListedPlay} from '../engine/index.ts';
import {formatPlace} from './diagnostic.ts';
import type {Layout} from './layout.ts';
import {visible} from './width.ts';

/** What of a listing is shown. */
export type Listed = 'hosts' | 'tags' | 'tasks';

/** What a run would go through: for each play its hosts, and its tasks with their tags, or its tags alone. */
export function listingLines(plays: readonly ListedPlay[], what: Listed, layout: Layout): readonly string[] {
  return plays.flatMap((play) => [
    layout.style('strong', `${visible(play.name)} · ${hostsOf(play)}`),
    ...below[what](play, layout),
  ]);
}

function hostsOf({hosts, open}: ListedPlay): string {
  const named = hosts.map(visible).join(' ');
  if (!open) return named || 'no hosts';
  return `${named ? `${named} and ` : ''}whoever joins during the run`;
}

const below: Readonly<Record<Listed, (play: ListedPlay, layout: Layout) => readonly string[]>> = {
  hosts: () => [],
  tags: tagLines,
  tasks: ({tasks}, layout) => tasks.map((task) => taskLine(task, layout)),
};

function tagLines({tasks}: ListedPlay): readonly string[] {
  const tags = [...new Set(tasks.flatMap((task) => task.tags))].toSorted();
  return [`  ${tags.map(visible).join(', ') || 'no tags'}`];
}

function taskLine({name, role, tags, source}: ListedPlay['tasks'][number], layout: Layout): string {
  const title = role === undefined ? visible(name) : `${visible(role)} : ${visible(name)}`;
  const tagged = tags.length === 0 ? '' : ` [${tags.map(visible).join(', ')}]`;
  const place = layout.verbosity > 1 ? layout.style('place', `  ${formatPlace(source, layout.cwd)}`) : '';
  return `  ${title}${tagged}${place}`;
}
