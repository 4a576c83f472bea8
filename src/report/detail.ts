import type {TaskEvent} from './board.ts';
import {changeLine, impactText} from './change.ts';
import {formatDiagnostic, formatPlace} from './diagnostic.ts';
import {indentColumns, type Layout} from './layout.ts';
import type {Tone} from './style.ts';
import {visible} from './width.ts';

/** What is said of a result below its name. */
export interface Detail {
  readonly text: string;
  readonly tone?: Tone;
  /** Made elsewhere, line by line: never wrapped. */
  readonly asIs?: boolean;
  readonly diff?: boolean;
}

/** The debug module's message is what people ran it for, unchanged or not. */
export function isDebug(event: TaskEvent): boolean {
  return event.task.module === 'debug' && event.message !== undefined;
}

/** Everything to say of one result. Two hosts with equal details are one group. */
export function details(event: TaskEvent, layout: Layout): readonly Detail[] {
  const diagnostic = event.diagnostic;
  const bad = event.status === 'failed' || event.status === 'unreachable';
  const list: Detail[] = [];
  if (bad || layout.verbosity > 1) {
    list.push({text: formatPlace(event.task.source, layout.cwd), tone: 'place'});
  }
  if (event.message !== undefined && event.message !== diagnostic?.message) {
    list.push({text: messageText(event), ...(bad ? {} : {tone: 'quiet'})});
  }
  if (diagnostic) {
    const columns = layout.wrapped ? layout.columns - indentColumns(layout) : layout.columns;
    list.push({text: formatDiagnostic(diagnostic, layout.readLine, {...layout, columns}), asIs: true});
  }
  if (event.rescued) list.push({text: 'its rescue is next', tone: 'quiet'});
  if (event.hint && event.hint !== diagnostic?.hint) list.push({text: `hint: ${visible(event.hint)}`});
  return [...list, ...changeDetails(event, bad, layout)];
}

function changeDetails(event: TaskEvent, bad: boolean, layout: Layout): readonly Detail[] {
  const list: Detail[] = [];
  for (const change of event.changes) {
    list.push({text: bad ? `tried: ${changeLine(change)}` : changeLine(change)});
    const impact = impactText(change.impact);
    if (impact) list.push({text: impact, tone: 'doubt'});
  }
  const notified = event.notified ?? [];
  if (notified.length > 0 && (layout.mode === 'check' || layout.verbosity > 0)) {
    list.push({text: `notifies ${notified.map(visible).join(', ')}`, tone: 'quiet'});
  }
  if (!layout.diff) return list;
  const diffs = event.changes.flatMap(({diff}) => (diff ? [{text: diff, asIs: true, diff: true}] : []));
  return [...list, ...diffs];
}

/** The message as people read it; a debug message is shown as it is. */
function messageText(event: TaskEvent): string {
  const message = visible(event.message ?? '').trimEnd();
  if (event.status !== 'unknown') return message;
  return message.includes('known after the run') ? message : `known after the run: ${message}`;
}
