import type {Event} from '../engine/index.ts';
import type {Output, Reporter} from './reporter.ts';

/**
 * One event per line, for programs. What the format promises comes first in each line:
 * a task is `{type, v, host, task: {name, source: {file, line, column}}, status, changes: [{ref, attributes}]}`,
 * the last line `{type: 'summary', hosts, exitCode}`. Further fields may follow; readers ignore what they do not know.
 */
export function jsonReporter(output: Output): Reporter {
  return {
    event: (event) => void output.write(`${JSON.stringify(jsonEvent(event))}\n`),
    tick: () => undefined,
    end: () => undefined,
  };
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
