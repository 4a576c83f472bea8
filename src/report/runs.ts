import type {RunEntry} from '../engine/index.ts';
import {styler, type Tone} from './style.ts';
import {displayWidth, padEnd, truncate, visible} from './width.ts';

export interface RunsLook {
  readonly colour: boolean;
  readonly columns: number;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const titles = ['run', 'when', 'playbook', 'hosts', 'outcome'] as const;
const playbookColumn = 2;
const shortestPlaybook = 8;

/** A table of runs, one to a line; nothing for none. What is too wide for the screen is the playbook's name. */
export function runLines(entries: readonly RunEntry[], look: RunsLook): readonly string[] {
  if (entries.length === 0) return [];
  const style = styler(look.colour);
  const rows = entries.map((entry) => [
    entry.run,
    ageText(look.nowMs - entry.startedMs),
    visible(entry.undoes === undefined ? entry.playbook : `undo of ${entry.undoes.slice(-4)}`),
    hostsText(entry.hosts),
    outcomeOf(entry).text,
  ]);
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  const excess = widths.reduce((sum, width) => sum + width + 2, -2) - look.columns;
  if (excess > 0) widths[playbookColumn] = Math.max(shortestPlaybook, (widths[playbookColumn] ?? 0) - excess);
  const line = (cells: readonly string[]): readonly string[] =>
    cells.map((cell, column) => padEnd(truncate(cell, widths[column] ?? 0), widths[column] ?? 0));
  return [
    style('quiet', line(titles).join('  ').trimEnd()),
    ...rows.map((row, index) => {
      const cells = line(row);
      const entry = entries[index];
      const outcome = style(entry ? outcomeOf(entry).tone : 'quiet', (cells.at(-1) ?? '').trimEnd());
      return [...cells.slice(0, -1), outcome].join('  ');
    }),
  ];
}

function hostsText(hosts: readonly string[]): string {
  const [only] = hosts;
  return hosts.length === 1 && only !== undefined ? truncate(visible(only), 12) : `${hosts.length} hosts`;
}

function outcomeOf({summary}: RunEntry): {readonly text: string; readonly tone: Tone} {
  if (!summary) return {text: 'not ended', tone: 'doubt'};
  const {exitCode, hosts} = summary;
  const changed = Object.values(hosts).reduce((sum, counts) => sum + counts.changed, 0);
  if (exitCode === 0 || exitCode === 3)
    return {text: `${changed} changed`, tone: changed > 0 ? 'changed' : 'good'};
  return {text: `${words[exitCode] ?? 'failed'} (${exitCode})`, tone: 'bad'};
}

const words: Readonly<{[exitCode: number]: string}> = {
  1: 'refused',
  4: 'unreachable',
  5: 'locked',
  70: 'defect',
  130: 'interrupted',
  141: 'interrupted',
  143: 'interrupted',
};

const units = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `3 min ago` */
function ageText(ageMs: number): string {
  for (const [unit, unitMs] of units) {
    const count = Math.floor(ageMs / unitMs);
    if (count > 0) return `${count} ${unit}${unit === 'day' && count > 1 ? 's' : ''} ago`;
  }
  return 'just now';
}
