import type {Event, Summary} from '../engine/index.ts';
import type {Diagnostic} from '../errors/index.ts';
import {type Board, createBoard, type TaskEvent, taskKey} from './board.ts';
import {formatDiagnostic} from './diagnostic.ts';
import {indentedLines, type Layout, labelledLines} from './layout.ts';
import {createLeftToDo} from './left-to-do.ts';
import {type Listed, listingLines} from './listing.ts';
import {createProgress} from './progress.ts';
import type {Output, ReadLine, Reporter} from './reporter.ts';
import {createScreen} from './screen.ts';
import {styler, type Tone} from './style.ts';
import {summaryLines, validationLines} from './summary.ts';
import {isShown, taskLines} from './task.ts';
import {visible, wrap} from './width.ts';

export interface PrettyOptions {
  readonly colour: boolean;
  readonly cwd: string;
  readonly readLine: ReadLine;
  /** 0: what changed or went wrong · 1: also what did not change · 2: also places and durations. */
  readonly verbosity: number;
  readonly diff: boolean;
  readonly mode: 'run' | 'check' | 'validate';
  /** Whether a question is open on the same terminal: nothing is written over it. */
  readonly isAsking?: (() => boolean) | undefined;
  /** What is shown of a listing. */
  readonly lists?: readonly Listed[] | undefined;
}

const defaultColumns = 80;

/** The reporter for people: what changed, what failed, what is owed; on a terminal, also what is going on. */
export function prettyReporter(output: Output, options: PrettyOptions): Reporter {
  const screen = createScreen(output, options.isAsking);
  const progress = createProgress();
  const leftToDo = createLeftToDo();
  const style = styler(options.colour);
  const failures = new Map<string, string>();
  const lost = new Set<string>();
  const tally = {error: 0, warning: 0};
  let inRun: readonly string[] = [];
  let everyone: readonly string[] = [];
  let board: Board = createBoard([]);

  const layout = (): Layout => ({
    ...options,
    style,
    columns: Math.max(20, output.columns ?? defaultColumns),
    wrapped: output.isTTY === true,
  });
  const showTasks = (tasks: readonly TaskEvent[][]): void => {
    for (const task of tasks) screen.print(taskLines(task, everyone, layout()));
  };
  const labelled = (tone: Tone, word: string, text: string): void =>
    screen.print(labelledLines(tone, word, text, layout()));

  const showFailure = (event: TaskEvent): void => {
    if (event.status === 'unreachable' && lost.has(event.host)) return;
    const key = `${taskKey(event)} ${event.message ?? ''}`;
    const before = failures.get(key);
    failures.set(key, before ?? event.host);
    if (before === undefined || before === event.host) {
      screen.print(taskLines([event], everyone, layout()));
    } else {
      labelled(
        'bad',
        event.status,
        `${visible(event.task.name)} · ${visible(event.host)}: as on ${visible(before)}`,
      );
    }
  };

  const showTask = (event: TaskEvent): void => {
    leftToDo.add(event);
    const failed = event.status === 'failed' || event.status === 'unreachable';
    if (failed) showFailure(event);
    showTasks(board.add(event, failed || !isShown(event, options.verbosity)));
    if (failed && !event.rescued) showTasks(board.leave(event.host));
  };

  const showHost = (event: Extract<Event, {type: 'host'}>): void => {
    if (event.status !== 'unreachable') return;
    lost.add(event.host);
    labelled('bad', 'unreachable', `${visible(event.host)}: ${visible(event.reason ?? 'no answer')}`);
    if (event.hint) screen.print(indentedLines(`hint: ${visible(event.hint)}`, layout()));
    showTasks(board.leave(event.host));
  };

  const showPlay = (event: Extract<Event, {type: 'play'}>): void => {
    showTasks(board.rest());
    everyone = event.hosts;
    board = createBoard(event.hosts.filter((host) => !lost.has(host)));
    const hosts = event.hosts.map(visible).join(' ') || 'no hosts';
    const batch = event.batch ? `batch ${event.batch.number} of ${event.batch.of} · ` : '';
    const title = `${visible(event.name)} · ${batch}${hosts}`;
    const lines = output.isTTY ? wrap(title, layout().columns) : [title];
    screen.print([...(screen.isFresh() ? [] : ['']), ...lines.map((line) => style('strong', line))]);
  };

  const showDiagnostic = (diagnostic: Diagnostic): void => {
    tally[diagnostic.severity] += 1;
    const now = layout();
    const columns = now.wrapped ? now.columns : undefined;
    const text = formatDiagnostic(diagnostic, options.readLine, {...options, columns});
    screen.print([...(screen.isFresh() ? [] : ['']), ...text.split('\n')]);
  };

  const showSummary = (summary: Summary): void => {
    showTasks(board.rest());
    screen.print(leftToDo.lines(inRun, layout()));
    const untouched = Object.values(summary.hosts).every((counts) => counts.roundTrips === 0);
    const end =
      options.mode === 'validate' || (tally.error > 0 && untouched)
        ? validationLines(tally, summary.exitCode, layout())
        : summaryLines(summary, layout());
    screen.print([...(screen.isFresh() ? [] : ['']), ...end]);
  };

  const show = (event: Event): void => {
    switch (event.type) {
      case 'run':
        inRun = event.hosts;
        everyone = event.hosts;
        if (event.mode === 'check')
          screen.print([style('quiet', 'check: shows what would change, changes nothing')]);
        break;
      case 'diagnostic':
        showDiagnostic(event.diagnostic);
        break;
      case 'play':
        showPlay(event);
        break;
      case 'host':
        showHost(event);
        break;
      case 'task':
        showTask(event);
        break;
      case 'owed':
        leftToDo.add(event);
        break;
      case 'note':
        labelled('quiet', 'note', (event.host ? `${visible(event.host)}: ` : '') + visible(event.message));
        break;
      case 'listing':
        screen.print(listingLines(event.plays, options.lists ?? ['tasks'], layout()));
        break;
      case 'summary':
        showSummary(event);
        break;
      case 'task-start':
      case 'progress':
      case 'writes':
      case 'probes':
        break;
    }
  };

  const live = (nowMs: number): void => screen.live(progress.line(nowMs, layout().columns - 1), nowMs);

  return {
    event(event) {
      progress.see(event);
      show(event);
      showTasks(board.overdue(event.time));
      live(event.time);
    },
    tick(nowMs) {
      showTasks(board.overdue(nowMs));
      live(nowMs);
    },
    end() {
      showTasks(board.rest());
      screen.print(leftToDo.lines(inRun, layout()));
      screen.flush();
      screen.clear();
    },
  };
}
