import type {Event} from '../engine/index.ts';
import {type Layout, labelledLines} from './layout.ts';
import {visible} from './width.ts';

type OwedEvent = Extract<Event, {type: 'owed'}>;

/** Handlers that still have to run. They are told at the end, where people look for what is left to do. */
export interface Owed {
  add(event: OwedEvent): void;
  /** What was not told yet, one line for hosts with the same debt. */
  lines(layout: Layout): readonly string[];
}

export function createOwed(): Owed {
  let events: OwedEvent[] = [];
  return {
    add: (event) => void events.push(event),
    lines(layout) {
      const groups = new Map<string, string[]>();
      for (const {host, handler, playbook, since, reason} of events) {
        const key = `${handler} · HOSTS: ${reason} (since ${shortTime(since)}, ${playbook})`;
        groups.set(key, [...new Set([...(groups.get(key) ?? []), host])]);
      }
      events = [];
      return [...groups].flatMap(([text, hosts]) =>
        labelledLines('doubt', 'owed', visible(text.replace('HOSTS', () => hosts.join(' '))), layout),
      );
    },
  };
}

/** An ISO time without what nobody reads; other texts as they are. */
function shortTime(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?Z$/, '$1 $2 UTC');
}
