import type {Event} from '../../../src/engine/events.ts';
import {type PrettyOptions, prettyReporter} from '../../../src/report/index.ts';

export interface Captured {
  readonly text: string;
  readonly lines: readonly string[];
}

/** What people read of a stream in a file (`columns` undefined) or on a terminal so wide. */
export function pretty(
  events: readonly Event[],
  options: Partial<PrettyOptions> & {columns?: number} = {},
): Captured {
  let text = '';
  const {columns, ...rest} = options;
  const output = {
    write: (part: string) => {
      text += part;
    },
    columns,
    isTTY: columns !== undefined,
  };
  const reporter = prettyReporter(output, {
    colour: false,
    cwd: '/home/pi/fleet',
    readLine: () => undefined,
    verbosity: 0,
    diff: false,
    mode: 'run',
    ...rest,
  });
  for (const event of events) reporter.event(event);
  reporter.end();
  return {text, lines: screenLines(text)};
}

/** The lines as a terminal shows them after all was written: what `\r` and "erase line" took away is gone. */
function screenLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 1).replace(/^\[2K/, ''))
    .slice(0, -1);
}
