import type {Command} from 'commander';
import type {PlanOptions} from '../engine/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {withoutPassword} from './passwords.ts';
import {addPlaybookFlags, type PlaybookFlags, sharedOptions} from './playbook-flags.ts';
import {chooseReporter} from './reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from './running-flags.ts';
import type {Terminal} from './terminal.ts';

interface PlanFlags extends PlaybookFlags, RunningFlags {
  readonly out: string;
  readonly detailedExitcode?: boolean;
}

const examples = `
Examples:
  vprov plan playbooks/vault.yml -o vault.plan   write down what would change
  vprov plan site.yml -o site.plan -l wallpi --diff
  vprov apply vault.plan                         do exactly that, or nothing

A plan holds names of resources and attributes, and of their values only HMACs.
What can be known only after the run is said to be, and compared as such.

Exit codes: as of vprov run --check; without a plan when a host or task failed
`;

/** `vprov plan PLAYBOOK -o FILE`. @param finish receives the exit code */
export function addPlanCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = addPlaybookFlags(
    program
      .command('plan')
      .description('Check what a run would change, and write it down for vprov apply')
      .argument('<playbook>', 'the playbook, a YAML file'),
  ).requiredOption('-o, --out <file>', 'the file for the plan');
  addRunningFlags(command)
    .option('--detailed-exitcode', 'exit with 3 when something would change')
    .addHelpText('after', examples)
    .action(async (playbook: string, flags: PlanFlags) => {
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const {plan} = await loadEngine();
      const reporter = chooseReporter(terminal, {
        format: flags.output,
        colour: flags.color,
        verbosity: flags.verbose ?? 0,
        diff: flags.diff === true,
        mode: 'check',
        toStderr: false,
      });
      const options: PlanOptions = {
        ...sharedOptions(playbook, flags, terminal),
        ...running,
        file: flags.out,
        detailedExitcode: flags.detailedExitcode === true,
      };
      finish(await execute(() => plan(options), reporter, terminal));
    });
}
