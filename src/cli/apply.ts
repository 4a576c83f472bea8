import {type Command, Option} from 'commander';
import type {ApplyOptions} from '../engine/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {collect, count} from './options.ts';
import {withoutPassword} from './passwords.ts';
import {hostOptions, type KeyFlags} from './playbook-flags.ts';
import {recordsFolder} from './records-folder.ts';
import {chooseReporter, type OutputFormat} from './reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from './running-flags.ts';
import type {Terminal} from './terminal.ts';

interface ApplyFlags extends KeyFlags, RunningFlags {
  readonly extraVars?: readonly string[];
  readonly verbose?: number;
  readonly output: OutputFormat;
  readonly color: boolean;
  readonly detailedExitcode?: boolean;
}

const examples = `
Examples:
  vprov apply vault.plan
  vprov apply vault.plan -e vault_log_level=debug   if it was planned with that

It plans again, from the same files and for the same hosts. When that comes to
anything else than the plan, the differences are shown, and nothing is done.

Exit codes: as of vprov run; 1: the plan does not hold any more
`;

/** `vprov apply FILE`. @param finish receives the exit code */
export function addApplyCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = program
    .command('apply')
    .description('Do what a plan says, or nothing')
    .argument('<file>', 'a plan, made by vprov plan')
    .option('-e, --extra-vars <vars>', 'the variables that the plan was made with (repeatable)', collect)
    .option('--identity <file>', 'identity of age that opens what is encrypted (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of what ansible-vault encrypted');
  addRunningFlags(command)
    .option('--detailed-exitcode', 'exit with 3 when something changed')
    .option('-v, --verbose', 'also show what did not change; -vv: also places and durations', count)
    .addOption(
      new Option('--output <format>', 'for people, or one JSON event per line')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)')
    .addHelpText('after', examples)
    .action(async (file: string, flags: ApplyFlags) => {
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const {apply} = await loadEngine();
      const reporter = chooseReporter(terminal, {
        format: flags.output,
        colour: flags.color,
        verbosity: flags.verbose ?? 0,
        diff: flags.diff === true,
        mode: 'run',
        toStderr: false,
      });
      const {inventory: _, ...shared} = hostOptions(flags, terminal);
      const options: ApplyOptions = {
        ...shared,
        ...running,
        file,
        detailedExitcode: flags.detailedExitcode === true,
        records: recordsFolder(terminal),
      };
      finish(await execute(() => apply(options), reporter, terminal));
    });
}
