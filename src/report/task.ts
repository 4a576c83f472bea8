import type {TaskStatus} from '../engine/index.ts';
import type {TaskEvent} from './board.ts';
import {type Detail, details, isDebug} from './detail.ts';
import {diffLines} from './diff.ts';
import {indentColumns, indentedLines, type Layout, labelledLines} from './layout.ts';
import type {Tone} from './style.ts';
import {displayWidth, visible} from './width.ts';

const tones: Readonly<Record<TaskStatus, Tone>> = {
  ok: 'good',
  changed: 'changed',
  'would-change': 'changed',
  skipped: 'quiet',
  failed: 'bad',
  unknown: 'doubt',
  unreachable: 'bad',
};

/** Whether people want to see this result: what is as it should be is not news. */
export function isShown(event: TaskEvent, verbosity: number): boolean {
  switch (event.status) {
    case 'ok':
      return verbosity > 0 || isDebug(event) || event.ignored === true || event.wouldRun === true;
    case 'skipped':
      return verbosity > 0;
    case 'changed':
    case 'would-change':
    case 'failed':
    case 'unknown':
    case 'unreachable':
      return true;
  }
}

/** The lines of one task: for each group of hosts with the same result one line, or a line and its details. */
export function taskLines(
  events: readonly TaskEvent[],
  everyone: readonly string[],
  layout: Layout,
): readonly string[] {
  const groups = new Map<string, {event: TaskEvent; hosts: string[]; details: readonly Detail[]}>();
  for (const event of events) {
    const found = details(event, layout);
    const key = JSON.stringify([event.task.name, event.status, found]);
    const group = groups.get(key) ?? {event, hosts: [], details: found};
    group.hosts.push(event.host);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) =>
    groupLines(group.event, hostsText(group.hosts, everyone), group.details, layout),
  );
}

function groupLines(
  event: TaskEvent,
  hosts: string,
  found: readonly Detail[],
  layout: Layout,
): readonly string[] {
  const word = wordOf(event);
  const tone = event.wouldRun ? 'quiet' : tones[event.status];
  const name = taskName(event);
  const duration = layout.verbosity > 1 ? ` (${durationText(event.durationMs)})` : '';
  const tail = `${handlerVerb(event) ?? ' · '}${hosts}${duration}`;

  const [only] = found;
  if (only && found.length === 1 && !only.asIs && !only.text.includes('\n')) {
    const lineOf = (detail: string, end: string): string =>
      handlerVerb(event) === undefined ? `${name}: ${detail}${end}` : `${name}${end} (${detail})`;
    const oneLine = labelledLines(tone, word, lineOf(only.text, tail), {...layout, style: plain});
    if (oneLine.length === 1 && displayWidth(oneLine[0] ?? '') <= layout.columns) {
      const text = lineOf(toned(only, only.text, layout), layout.style('strong', tail));
      return labelledLines(tone, word, text, {...layout, wrapped: false});
    }
  }
  const head = labelledLines(tone, word, name + tail, layout).map((line) =>
    line.endsWith(tail) ? line.slice(0, -tail.length) + layout.style('strong', tail) : line,
  );
  return [...head, ...found.flatMap((each) => detailLines(each, layout))];
}

function wordOf(event: TaskEvent): string {
  if (event.wouldRun) return 'would run';
  return isDebug(event) && event.status === 'ok' ? 'debug' : event.status.replace('-', ' ');
}

const plain = (_tone: Tone, text: string): string => text;

function taskName(event: TaskEvent): string {
  const name = visible(event.item === undefined ? event.task.name : `${event.task.name} (${event.item})`);
  if (!event.task.handler) return name;
  const title = /^handler\b/.test(name) ? name : `handler ${name}`;
  return handlerVerb(event) === undefined ? title : `${title}:`;
}

/** Handlers are acts: people want to read that they ran, not that they "changed". */
function handlerVerb(event: TaskEvent): string | undefined {
  if (!event.task.handler) return undefined;
  if (event.status === 'changed') return ' ran on ';
  return event.status === 'would-change' ? ' would run on ' : undefined;
}

function detailLines(detail: Detail, layout: Layout): readonly string[] {
  if (detail.asIs) {
    const indent = ' '.repeat(detail.diff ? Math.min(4, indentColumns(layout)) : indentColumns(layout));
    const lines = detail.diff ? diffLines(detail.text, layout.style) : detail.text.split('\n');
    return lines.map((line) => (line === '' ? '' : indent + line));
  }
  return indentedLines(detail.text, layout).map((line) => toned(detail, line, layout));
}

function toned(detail: Detail, line: string, layout: Layout): string {
  return detail.tone ? layout.style(detail.tone, line) : line;
}

/** The hosts by name, in the play's order; all of more than two are `all 5 hosts`. */
export function hostsText(hosts: readonly string[], everyone: readonly string[]): string {
  const unique = new Set(hosts);
  if (everyone.length > 2 && everyone.every((host) => unique.has(host)))
    return `all ${everyone.length} hosts`;
  const ordered = [
    ...everyone.filter((host) => unique.has(host)),
    ...[...unique].filter((host) => !everyone.includes(host)),
  ];
  return ordered.map(visible).join(' ');
}

/** `12 ms`, `0.9 s`, `12 s`, `3 min 20 s` */
export function durationText(durationMs: number): string {
  if (durationMs < 95) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const whole = Math.round(durationMs / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
