import type {Event} from '../engine/index.ts';
import {withSources} from '../errors/index.ts';
import type {Output, ReadLine, Reporter} from './reporter.ts';
import {tellable} from './tellable.ts';

/**
 * One event per line, for programs. What the format promises comes first in each line:
 * a task is `{type, v, host, task: {name, source: {file, line, column}}, status, changes: [{ref, attributes}]}`,
 * the last line `{type: 'summary', hosts, exitCode}`. Further fields may follow; readers ignore what they do not know.
 */
export function jsonReporter(output: Output, readLine: ReadLine): Reporter {
  const isNews = newProgress();
  return {
    event: (event) => {
      if (event.type !== 'progress' || isNews(event))
        output.write(`${JSON.stringify(jsonEvent(tellableEvent(event, readLine)))}\n`);
    },
    tick: () => undefined,
    end: () => undefined,
  };
}

type Progress = Extract<Event, {type: 'progress'}>;

/** Where nobody knows how much there is: so many bytes are a step. */
const stepBytes = 4 * 1024 * 1024;

/** Of a transfer each hundredth is told once: its pieces come by the thousand. */
function newProgress(): (event: Progress) => boolean {
  const told = new Map<string, number>();
  return ({host, message, sentBytes, totalBytes}) => {
    if (sentBytes === undefined) return true;
    const step = Math.floor(totalBytes ? (100 * sentBytes) / totalBytes : sentBytes / stepBytes);
    const transfer = `${host} ${message}`;
    if (told.get(transfer) === step) return false;
    told.set(transfer, step);
    return true;
  };
}

function tellableEvent(event: Event, readLine: ReadLine): Event {
  if (event.type !== 'diagnostic') return event;
  const told = tellable(event.diagnostic, readLine);
  // It is of lines, and none is told.
  return {...event, diagnostic: withSources(told, ({secretNames: _, ...source}) => source)};
}

function jsonEvent(event: Event): object {
  const {type, v, time, ...rest} = event;
  switch (event.type) {
    case 'task': {
      const {host, task, status, changes, type: _type, v: _v, time: _time, ...details} = event;
      const {source, name, ...label} = task;
      const place = {file: source.file, line: source.line, column: source.column};
      return {type, v, host, task: {name, source: place, ...label}, status, changes, ...details, time};
    }
    case 'summary':
      return {
        ...{type, v, hosts: event.hosts, exitCode: event.exitCode},
        ...{durationMs: event.durationMs, run: event.run, time},
      };
    default:
      return {type, v, ...rest, time};
  }
}
