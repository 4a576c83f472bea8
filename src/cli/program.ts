import {Command, CommanderError} from 'commander';
import packageJson from '../../package.json' with {type: 'json'};
import {addApplyCommand} from './apply.ts';
import {addDoctorCommand} from './doctor.ts';
import {addDriftCommand} from './drift.ts';
import type {LoadEngine} from './engine.ts';
import {addExecCommand} from './exec.ts';
import {addExplainCommand} from './explain.ts';
import {addFactsCommand} from './facts.ts';
import {interruptedExitCode} from './interruption.ts';
import {addInventoryCommand} from './inventory.ts';
import {addNetCommand} from './net.ts';
import {addPlanCommand} from './plan.ts';
import {addReleaseCommands} from './releases.ts';
import {addRunCommand} from './run.ts';
import {addRunsCommand} from './runs.ts';
import {addSecretsCommand} from './secrets.ts';
import {addSshCommand} from './ssh.ts';
import type {Terminal} from './terminal.ts';
import {addTrustCommand} from './trust.ts';
import {connectionWords, withWords} from './typed-way.ts';
import {addUndoCommand} from './undo.ts';
import {addValidateCommand} from './validate.ts';
import {addVaultCommands} from './vault/index.ts';

/** Of this program, as its package says. */
export const version: string = packageJson.version;

const usageExitCode = 1;

const examples = `
Examples:
  vprov run playbooks/vault.yml --check --diff   show what would change
  vprov run playbooks/vault.yml                  do it
  vprov help run                                 all options and exit codes
`;

/**
 * The program `vprov`, all but the process itself.
 * @param args what was typed after the program's name
 * @returns the exit code
 * @throws what is a defect of ours
 */
export async function runProgram(
  args: readonly string[],
  outside: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const words = connectionWords(args);
  const terminal = {...outside, completed: (hint: string) => withWords(hint, words)};
  let exitCode = 0;
  const program = new Command('vprov')
    .description(packageJson.description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples)
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      getOutHelpWidth: () => terminal.stdout.columns ?? 80,
      getErrHelpWidth: () => terminal.stderr.columns ?? 80,
    })
    .exitOverride();
  const finish = (code: number): void => {
    exitCode = code;
  };
  addRunCommand(program, terminal, loadEngine, finish);
  addValidateCommand(program, terminal, loadEngine, finish);
  addRunsCommand(program, terminal, loadEngine, finish);
  addTrustCommand(program, terminal, loadEngine, finish);
  addUndoCommand(program, terminal, loadEngine, finish);
  addPlanCommand(program, terminal, loadEngine, finish);
  addApplyCommand(program, terminal, loadEngine, finish);
  addDriftCommand(program, terminal, loadEngine, finish);
  addVaultCommands(program, terminal, loadEngine, finish);
  addReleaseCommands(program, terminal, loadEngine, finish);
  addInventoryCommand(program, terminal, loadEngine, finish);
  addExecCommand(program, terminal, loadEngine, finish);
  addFactsCommand(program, terminal, loadEngine, finish);
  addDoctorCommand(program, terminal, loadEngine, finish);
  addNetCommand(program, terminal, loadEngine, finish);
  addSshCommand(program, terminal, loadEngine, finish);
  addSecretsCommand(program, terminal, finish);
  addExplainCommand(program, terminal, finish);
  try {
    await program.parseAsync(args, {from: 'user'});
  } catch (error) {
    const {signal} = terminal.interruption;
    if (signal.aborted && isInterrupted(error)) return interruptedExitCode(signal.reason);
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.unknownCommand') suggestRun(args, terminal);
    return error.exitCode === 0 ? 0 : usageExitCode;
  }
  return exitCode;
}

/** The engine's, which is not loaded for the sake of this. */
function isInterrupted(error: unknown): boolean {
  return error instanceof Error && error.name === 'Interrupted';
}

/** Ansible's hands type the playbook first. */
function suggestRun(args: readonly string[], terminal: Terminal): void {
  const playbook = args.find((arg) => /\.ya?ml$/.test(arg));
  if (playbook !== undefined) terminal.stderr.write(`hint: vprov run ${playbook}\n`);
}
