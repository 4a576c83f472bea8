import type {Command} from 'commander';
import type {RunOptions} from '../engine/index.ts';
import type {Listed} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {withoutPassword} from './passwords.ts';
import {addPlaybookFlags, type PlaybookFlags, sharedOptions} from './playbook-flags.ts';
import {recordsFolder} from './records-folder.ts';
import {chooseReporter} from './reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from './running-flags.ts';
import type {Terminal} from './terminal.ts';

interface RunFlags extends PlaybookFlags, RunningFlags {
  readonly check?: boolean;
  readonly listHosts?: boolean;
  readonly forceHandlers?: boolean;
  readonly detailedExitcode?: boolean;
  readonly printProbes?: string;
  readonly startAtTask?: string;
  readonly step?: boolean;
  readonly listTasks?: boolean;
  readonly listTags?: boolean;
}

const examples = `
Examples:
  vprov run playbooks/vault.yml                  bring its hosts to their state
  vprov run playbooks/vault.yml --check --diff   show what would change
  vprov run playbooks/vault.yml -l wallpi -v     one host, with every task
  vprov run playbooks/vault.yml -e vault_log_level=debug
  vprov run playbooks/vault.yml --output json    one JSON event per line

Exit codes:
  0  done                                 4    a host could not be reached
  1  a mistake in the files or options    5    another run holds the lock
  2  a task failed, or a handler is owed  6    both 2 and 4
  3  done, but something wants attention  130  interrupted (143: by SIGTERM)
                                          70   a defect of vprov
`;

/** `vprov run PLAYBOOK`. @param finish receives the exit code */
export function addRunCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = addPlaybookFlags(
    program
      .command('run')
      .description('Bring hosts to the state that a playbook declares')
      .argument('<playbook>', 'the playbook, a YAML file'),
  ).option('-C, --check', 'show what would change, change nothing');
  addRunningFlags(command)
    .option('--force-handlers', 'run handlers also on hosts that failed')
    .option('--detailed-exitcode', 'exit with 3 when something changed or would change')
    .option('--print-probes <host>', 'print what a run asks this host, as one shell script, and nothing else')
    .option(
      '--start-at-task <name>',
      'leave out what stands before the task of this name (* and ? for anything)',
    )
    .option('--step', 'ask before each task whether it is run')
    .option('--list-hosts', 'list the hosts of each play; contact none')
    .option('--list-tasks', 'list the tasks that would be gone through; contact no host')
    .option('--list-tags', 'list the tags of each play; contact no host')
    .addHelpText('after', examples)
    .action(async (playbook: string, flags: RunFlags) => {
      const lists = listedBy(flags);
      const mode = modeOf(flags);
      const printsProbes = flags.printProbes !== undefined;
      const reporter = chooseReporter(terminal, {
        format: flags.output,
        colour: flags.color,
        verbosity: flags.verbose ?? 0,
        diff: flags.diff === true,
        mode,
        toStderr: printsProbes,
        lists,
      });
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const {run} = await loadEngine();
      const options: RunOptions = {
        ...sharedOptions(playbook, flags, terminal),
        ...running,
        mode,
        ...(mode === 'run' ? {records: recordsFolder(terminal)} : {}),
        forceHandlers: flags.forceHandlers === true,
        detailedExitcode: flags.detailedExitcode === true,
        ...(flags.printProbes === undefined ? {} : {printProbes: flags.printProbes}),
        ...(flags.startAtTask === undefined ? {} : {startAtTask: flags.startAtTask}),
        step: flags.step === true,
        ...(lists.length === 0 ? {} : {lists: true}),
      };
      finish(await execute(() => run(options), reporter, terminal));
    });
}

function listedBy({listHosts, listTags, listTasks}: RunFlags): readonly Listed[] {
  return [
    ...(listHosts ? (['hosts'] as const) : []),
    ...(listTags ? (['tags'] as const) : []),
    ...(listTasks ? (['tasks'] as const) : []),
  ];
}

function modeOf(flags: RunFlags): RunOptions['mode'] {
  if (listedBy(flags).length > 0) return 'validate';
  return flags.check ? 'check' : 'run';
}
