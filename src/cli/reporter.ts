import {
  githubReporter,
  jsonReporter,
  type Output,
  type PrettyOptions,
  prettyReporter,
  type ReadLine,
  type Reporter,
} from '../report/index.ts';
import {completed, type Terminal, wantsColour} from './terminal.ts';

/** `github`: annotations of a workflow, for `validate` only. */
export type OutputFormat = 'pretty' | 'json' | 'github';

export interface ReporterChoice extends Pick<PrettyOptions, 'diff' | 'mode' | 'verbosity' | 'lists'> {
  readonly format: OutputFormat;
  readonly colour: boolean;
  /** Keeps stdout for something else. */
  readonly toStderr: boolean;
}

/** The reporter that was asked for, on the stream that it belongs to. */
export function chooseReporter(terminal: Terminal, choice: ReporterChoice): Reporter {
  const {event, ...others} = plainReporter(terminal, choice);
  return {...others, event: (one) => event(completed(one, terminal))};
}

function plainReporter(terminal: Terminal, choice: ReporterChoice): Reporter {
  const stream = choice.toStderr ? terminal.stderr : terminal.stdout;
  const readLine = lineReader(terminal.readText);
  if (choice.format === 'json') return jsonReporter(stream, readLine);
  if (choice.format === 'github') return githubReporter(stream, terminal.cwd, readLine);
  return prettyReporter(withoutDumbTricks(stream, terminal), {
    colour: wantsColour(terminal, choice.colour) && !choice.toStderr,
    cwd: terminal.cwd,
    readLine,
    verbosity: choice.verbosity,
    diff: choice.diff,
    mode: choice.mode,
    isAsking: terminal.isAsking,
    lists: choice.lists,
  });
}

/** A dumb terminal cannot take a line back, so it gets what a file gets. */
function withoutDumbTricks(stream: Output, terminal: Terminal): Output {
  const {TERM} = terminal.environment;
  if (TERM !== 'dumb') return stream;
  return {write: (text) => stream.write(text), columns: stream.columns};
}

/** Lines of files, each file read once. */
export function lineReader(readText: Terminal['readText']): ReadLine {
  const files = new Map<string, readonly string[] | undefined>();
  return (file, line) => {
    if (!files.has(file)) files.set(file, readText(file)?.split(/\r?\n/));
    return files.get(file)?.[line - 1];
  };
}
