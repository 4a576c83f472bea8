import type {Command} from 'commander';
import type {UndoOptions} from '../engine/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {withoutPassword} from './passwords.ts';
import {addHostFlags, type HostFlags, hostOptions} from './playbook-flags.ts';
import {recordsFolder} from './records-folder.ts';
import {chooseReporter} from './reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from './running-flags.ts';
import type {Terminal} from './terminal.ts';

interface UndoFlags extends HostFlags, RunningFlags {
  readonly check?: boolean;
}

const examples = `
Examples:
  vprov undo last --check --diff       what taking back the newest run would do
  vprov undo 20261125-190255-9d02      do it, the last change first
  vprov undo 9d02 -l wallpi            by the end of its name, on one host

Taken back are files, directories and links with their contents, owners and
modes, users, groups, and whether units run and are enabled. What is not as that
run left it any more is refused, with the difference; what commands and handlers
did is listed. An undo is a run: it has a record, and can be taken back.

Exit codes: as of vprov run; 1: nothing could be taken back, 2: not all
`;

/** `vprov undo RUN`. @param finish receives the exit code */
export function addUndoCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = addHostFlags(
    program
      .command('undo')
      .description('Take back what a run changed, where it is still as that run left it')
      .argument('<run>', 'its name, a beginning or end of it, or last (see vprov runs)'),
  ).option('-C, --check', 'show what would change, change nothing');
  addRunningFlags(command)
    .addHelpText('after', examples)
    .action(async (run: string, flags: UndoFlags) => {
      const mode = flags.check ? 'check' : 'run';
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const {undo} = await loadEngine();
      const reporter = chooseReporter(terminal, {
        format: flags.output,
        colour: flags.color,
        verbosity: flags.verbose ?? 0,
        diff: flags.diff === true,
        mode,
        toStderr: false,
      });
      const options: UndoOptions = {
        ...hostOptions(flags, terminal),
        ...running,
        run,
        mode,
        detailedExitcode: false,
        records: recordsFolder(terminal),
      };
      finish(await execute(() => undo(options), reporter, terminal));
    });
}
