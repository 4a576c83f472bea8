import {type Command, Option} from 'commander';
import type {Event} from '../engine/index.ts';
import {VprovError} from '../errors/index.ts';
import {formatDiagnostic, runLines} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {count} from './options.ts';
import {recordsFolder} from './records-folder.ts';
import {chooseReporter, type OutputFormat} from './reporter.ts';
import {type Terminal, wantsColour} from './terminal.ts';

interface ListFlags {
  readonly output: 'pretty' | 'json';
  readonly color: boolean;
}

interface ShowFlags {
  readonly output: OutputFormat;
  readonly color: boolean;
  readonly verbose?: number;
  readonly diff?: boolean;
}

const examples = `
Examples:
  vprov runs                    the runs of this folder, the newest first
  vprov runs show last          what the newest one told
  vprov runs show 3f2a -v       by the end of its name, with every task
  vprov runs --output json      one JSON object per line

Records are in .vprov/runs (VPROV_RUNS names another folder), the newest 200.
Check and validation leave none.
`;

/** `vprov runs`, `vprov runs show RUN`. @param finish receives the exit code */
export function addRunsCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const runs = program
    .command('runs')
    .description('List the runs of this folder, or show one again')
    .addHelpText('after', examples);
  looks(runs.command('list', {isDefault: true}).description('list them, the newest first')).action(
    async (flags: ListFlags) => {
      const {listRuns} = await loadEngine();
      const entries = listRuns(recordsFolder(terminal));
      const lines =
        flags.output === 'json'
          ? entries.map((entry) => JSON.stringify(entry))
          : runLines(entries, {
              colour: wantsColour(terminal, flags.color),
              columns: terminal.stdout.columns ?? 80,
              nowMs: terminal.now(),
            });
      for (const line of lines) terminal.stdout.write(`${line}\n`);
    },
  );
  looks(runs.command('show').description('show what a run told, as it was told').argument('<run>'))
    .option('-v, --verbose', 'also show what did not change; -vv: also places and durations', count)
    .option('-D, --diff', 'show the differences in contents, if the run was asked for them')
    .action(async (run: string, flags: ShowFlags) => {
      try {
        const {readRecord} = await loadEngine();
        show(readRecord(recordsFolder(terminal), run), flags, terminal);
      } catch (error) {
        if (!(error instanceof VprovError)) throw error;
        for (const diagnostic of error.diagnostics)
          terminal.stderr.write(
            `${formatDiagnostic(diagnostic, () => undefined, {cwd: terminal.cwd, colour: false})}\n`,
          );
        finish(1);
      }
    });
}

function looks(command: Command): Command {
  return command
    .addOption(
      new Option('--output <format>', 'for people, or one JSON object per line')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)');
}

interface Shown {
  readonly events: readonly Event[];
  readonly unreadableLines: number;
}

function show({events, unreadableLines}: Shown, flags: ShowFlags, terminal: Terminal): void {
  const reporter = chooseReporter(terminal, {
    format: flags.output,
    colour: flags.color,
    verbosity: flags.verbose ?? 0,
    diff: flags.diff === true,
    mode: 'run',
    toStderr: false,
  });
  const time = events.at(-1)?.time ?? 0;
  const note = (message: string): void => reporter.event({type: 'note', v: 1, time, message});
  for (const event of events) reporter.event(event);
  if (unreadableLines > 0) note(`${unreadableLines} lines of this record cannot be read`);
  if (events.at(-1)?.type !== 'summary') note('the record ends here: the run was killed, or still goes on');
  reporter.end();
}
