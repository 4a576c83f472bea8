import type {Event} from '../engine/index.ts';
import type {TaskEvent} from './board.ts';
import {indentedLines, type Layout, labelledLines} from './layout.ts';
import {hostsText} from './task.ts';
import {visible} from './width.ts';

type OwedEvent = Extract<Event, {type: 'owed'}>;

/** Handlers that still have to run, what else wants attention, and what one is reminded of: told at the end, where people look for what is left to do. */
export interface LeftToDo {
  add(event: OwedEvent | TaskEvent): void;
  /**
   * What was not told yet, once for hosts of which the same is to be said.
   * @param everyone the hosts of the run, in its order
   */
  lines(everyone: readonly string[], layout: Layout): readonly string[];
}

/** One thing to say of some hosts. */
interface Matter {
  readonly label: 'owed' | 'attention' | 'note';
  /** What is said before the hosts, and after them. */
  readonly title: string;
  readonly words: string;
}

export function createLeftToDo(): LeftToDo {
  const told: Readonly<Record<Matter['label'], Map<string, Matter & {readonly hosts: Set<string>}>>> = {
    owed: new Map(),
    attention: new Map(),
    note: new Map(),
  };
  return {
    add(event) {
      const matter = matterOf(event);
      if (!matter) return;
      const key = JSON.stringify([matter.title, matter.words]);
      const group = told[matter.label].get(key) ?? {...matter, hosts: new Set()};
      group.hosts.add(event.host);
      told[matter.label].set(key, group);
    },
    lines(everyone, layout) {
      const groups = Object.values(told).flatMap((some) => [...some.values()]);
      for (const some of Object.values(told)) some.clear();
      return groups.flatMap(({label, title, words, hosts}) => {
        const text = `${visible(title)}${hostsText([...hosts], everyone)}: ${visible(words)}`;
        const [first = '', ...rest] = text.split('\n');
        const head = labelledLines('doubt', label, first, layout);
        return rest.length === 0 ? head : [...head, ...indentedLines(rest.join('\n'), layout)];
      });
    },
  };
}

function matterOf(event: OwedEvent | TaskEvent): Matter | undefined {
  if (event.type === 'task') {
    const {attention, reminder} = event;
    if (attention !== undefined) return {label: 'attention', title: '', words: attention};
    return reminder === undefined ? undefined : {label: 'note', title: '', words: reminder};
  }
  const {handler, reason, since, playbook} = event;
  return {
    label: 'owed',
    title: `${handler} · `,
    words: `${reason} (since ${shortTime(since)}, ${playbook})`,
  };
}

/** An ISO time without what nobody reads; other texts as they are. */
function shortTime(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?Z$/, '$1 $2 UTC');
}
