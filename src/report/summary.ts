import type {ExitCode, HostCounts, Summary} from '../engine/index.ts';
import type {Layout} from './layout.ts';
import type {Tone} from './style.ts';
import {durationText} from './task.ts';
import {displayWidth, padEnd, padStart, truncate, visible, wrap} from './width.ts';

interface Column {
  readonly key: keyof HostCounts;
  readonly title: string;
  /** Of a count above zero. */
  readonly tone: Tone;
}

const longestHostName = 24;

function columnsOf(layout: Layout): readonly Column[] {
  return [
    {key: 'ok', title: 'ok', tone: 'good'},
    {key: 'changed', title: layout.mode === 'check' ? 'would change' : 'changed', tone: 'changed'},
    {key: 'failed', title: 'failed', tone: 'bad'},
    {key: 'skipped', title: 'skipped', tone: 'quiet'},
    {key: 'unknown', title: 'unknown', tone: 'doubt'},
    {key: 'owed', title: 'owed', tone: 'doubt'},
    {key: 'roundTrips', title: 'round trips', tone: 'quiet'},
  ];
}

/** One line a host and one for all, at most as wide as the terminal. */
export function summaryLines(summary: Summary, layout: Layout): readonly string[] {
  const hosts = Object.entries(summary.hosts);
  const table = tableLines(hosts, layout);
  const total = totalText(summary, layout);
  const last = layout.wrapped ? wrap(total, layout.columns) : [total];
  return [
    ...table,
    ...last.map((line) => layout.style(totalTone(summary.exitCode), line)),
    ...(summary.run === undefined || !leftSomething(hosts) ? [] : backLines(summary.run, summary, layout)),
  ];
}

const mostNamed = 3;

/** How it is taken back, and what is not. */
function backLines(
  run: string,
  {lasting = [], undoable}: Summary,
  {wrapped, columns}: Layout,
): readonly string[] {
  const names = lasting.slice(0, mostNamed).map(visible).join(', ');
  const more = lasting.length > mostNamed ? ` and ${lasting.length - mostNamed} more` : '';
  if (undoable === false && names === '') return [];
  const text =
    undoable === false
      ? `run ${run}; vprov undo takes nothing of it back: ${names}${more}`
      : `run ${run}; to take it back: vprov undo ${run}${names === '' ? '' : ` (but not ${names}${more})`}`;
  return wrapped ? wrap(text, columns) : [text];
}

/** A task that failed, or was lost on its way, may have changed something; one that is ok has not. */
function leftSomething(hosts: readonly (readonly [string, HostCounts])[]): boolean {
  return hosts.some(
    ([, {changed, failed, rescued, unreachable, roundTrips}]) =>
      changed + failed + rescued > 0 || (unreachable > 0 && roundTrips > 0),
  );
}

function tableLines(hosts: readonly (readonly [string, HostCounts])[], layout: Layout): readonly string[] {
  if (hosts.length === 0) return [];
  const {style} = layout;
  const columns = columnsOf(layout);
  const names = hosts.map(([host]) => truncate(visible(host), longestHostName));
  const nameWidth = Math.max(4, ...names.map(displayWidth));
  const width = nameWidth + columns.reduce((sum, column) => sum + 2 + column.title.length, 0);
  if (width > layout.columns) return hosts.flatMap(([host, counts]) => listLines(host, counts, layout));
  const head = padEnd('host', nameWidth) + columns.map(({title}) => `  ${title}`).join('');
  return [
    style('quiet', head),
    ...hosts.map(([, counts], index) => {
      const name = style('strong', padEnd(names[index] ?? '', nameWidth));
      if (counts.unreachable > 0 && counts.roundTrips === 0) return `${name}  ${style('bad', 'unreachable')}`;
      const cells = columns.map(({key, title, tone}) =>
        style(counts[key] > 0 ? tone : 'quiet', `  ${padStart(String(counts[key]), title.length)}`),
      );
      return name + cells.join('') + (counts.unreachable > 0 ? style('bad', '  lost') : '');
    }),
  ];
}

/** For terminals that are too narrow for the table: only what is not zero. */
function listLines(host: string, counts: HostCounts, layout: Layout): readonly string[] {
  const parts = columnsOf(layout)
    .filter(({key}) => key !== 'roundTrips' && counts[key] > 0)
    .map(({key, title}) => `${counts[key]} ${title}`);
  if (counts.unreachable > 0) parts.push('unreachable');
  const text = `${visible(host)}: ${parts.join(', ') || 'nothing to do'}`;
  return wrap(text, layout.columns - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** `5 hosts, 0 changed, 0.9 s, 3 round trips a host`, and whatever else is not zero. */
function totalText(summary: Summary, layout: Layout): string {
  const counts = Object.values(summary.hosts);
  const sum = (key: keyof HostCounts): number => counts.reduce((total, each) => total + each[key], 0);
  const unreachable = counts.filter((each) => each.unreachable > 0).length;
  const parts = [
    counts.length === 1 ? '1 host' : `${counts.length} hosts`,
    `${sum('changed')} ${layout.mode === 'check' ? 'would change' : 'changed'}`,
    ...(['failed', 'rescued', 'unknown', 'owed'] as const)
      .filter((key) => sum(key) > 0)
      .map((key) => `${sum(key)} ${key}`),
    ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
    durationText(summary.durationMs),
    ...roundTripText(counts),
    ...exitText(summary.exitCode),
  ];
  return parts.join(', ');
}

function roundTripText(counts: readonly HostCounts[]): readonly string[] {
  const trips = counts.filter((each) => each.roundTrips > 0).map((each) => each.roundTrips);
  if (trips.length === 0) return [];
  const [least, most] = [Math.min(...trips), Math.max(...trips)];
  return [`${least === most ? least : `${least} to ${most}`} round trip${most === 1 ? '' : 's'} a host`];
}

function exitText(exitCode: ExitCode): readonly string[] {
  switch (exitCode) {
    case 0:
      return [];
    case 1:
      return ['refused (exit code 1)'];
    case 2:
    case 4:
    case 6:
      return [`exit code ${exitCode}`];
    case 3:
      return ['something wants attention (exit code 3)'];
    case 5:
      return ['another run holds the lock (exit code 5)'];
    case 70:
      return ['a defect of vprov (exit code 70)'];
    case 130:
    case 141:
    case 143:
      return [`interrupted (exit code ${exitCode})`];
  }
}

function totalTone(exitCode: ExitCode): Tone {
  if (exitCode === 0) return 'good';
  return exitCode === 3 ? 'changed' : 'bad';
}

/** The last line when nothing but the files was looked at. */
export function validationLines(tally: Tally, exitCode: ExitCode, layout: Layout): readonly string[] {
  const isBad = tally.error > 0 || isInterrupted(exitCode);
  return [layout.style(isBad ? 'bad' : 'good', mistakesText(tally, exitCode))];
}

interface Tally {
  readonly error: number;
  readonly warning: number;
}

/** `2 errors, 1 warning; no host was contacted`. What was interrupted has not looked at all of it, so it denies nothing. */
export function mistakesText(tally: Tally, exitCode: ExitCode): string {
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const parts = (['error', 'warning'] as const)
    .filter((key) => tally[key] > 0)
    .map((key) => count(tally[key], key));
  const all = [...parts, ...(isInterrupted(exitCode) ? exitText(exitCode) : [])];
  return `${all.join(', ') || 'no mistakes found'}; no host was contacted`;
}

function isInterrupted(exitCode: ExitCode): boolean {
  return exitCode === 130 || exitCode === 141 || exitCode === 143;
}
