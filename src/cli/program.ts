import {Command, CommanderError} from 'commander';
import packageJson from '../../package.json' with {type: 'json'};
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import type {Terminal} from './terminal.ts';
import {connectionWords, withWords} from './typed-way.ts';

/** Of this program, as its package says. */
export const version: string = packageJson.version;

const usageExitCode = 1;

const examples = `
Examples:
  vprov run playbooks/vault.yml --check --diff   show what would change
  vprov run playbooks/vault.yml                  do it
  vprov help run                                 all options and exit codes
`;

type Add = (
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
) => void;

/** The commands in the order of the help, by their names: what adds one is loaded when it is wanted. */
const commands: readonly (readonly [names: readonly string[], load: () => Promise<Add>])[] = [
  [['run'], async () => (await import('./run.ts')).addRunCommand],
  [['validate'], async () => (await import('./validate.ts')).addValidateCommand],
  [['runs'], async () => (await import('./runs.ts')).addRunsCommand],
  [['trust'], async () => (await import('./trust.ts')).addTrustCommand],
  [['undo'], async () => (await import('./undo.ts')).addUndoCommand],
  [['plan'], async () => (await import('./plan.ts')).addPlanCommand],
  [['apply'], async () => (await import('./apply.ts')).addApplyCommand],
  [['drift'], async () => (await import('./drift.ts')).addDriftCommand],
  [['vault'], async () => (await import('./vault/index.ts')).addVaultCommands],
  [['release', 'update'], async () => (await import('./releases.ts')).addReleaseCommands],
  [['inventory'], async () => (await import('./inventory.ts')).addInventoryCommand],
  [['exec'], async () => (await import('./exec.ts')).addExecCommand],
  [['facts'], async () => (await import('./facts.ts')).addFactsCommand],
  [['doctor'], async () => (await import('./doctor.ts')).addDoctorCommand],
  [['net'], async () => (await import('./net.ts')).addNetCommand],
  [['ssh'], async () => (await import('./ssh.ts')).addSshCommand],
  [['secrets'], async () => withoutEngine((await import('./secrets.ts')).addSecretsCommand)],
  [['explain'], async () => withoutEngine((await import('./explain.ts')).addExplainCommand)],
];

function withoutEngine(
  add: (program: Command, terminal: Terminal, finish: (exitCode: number) => void) => void,
): Add {
  return (program, terminal, _loadEngine, finish) => add(program, terminal, finish);
}

/** What adds the command that was typed; all of them where it is none: for the help, and for the nearest name. */
function adders(typed: string | undefined): Promise<readonly Add[]> {
  const wanted = commands.filter(([names]) => typed !== undefined && names.includes(typed));
  return Promise.all((wanted.length > 0 ? wanted : commands).map(([, load]) => load()));
}

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
  for (const add of await adders(args[0])) add(program, terminal, loadEngine, finish);
  try {
    await program.parseAsync(args, {from: 'user'});
  } catch (error) {
    const {signal} = terminal.interruption;
    if (signal.aborted && isInterrupted(error)) return interruptedExitCode(signal.reason);
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.unknownCommand') suggestRun(args, terminal);
    if (error.code === 'commander.unknownOption') suggestOutput(args, terminal);
    return error.exitCode === 0 ? 0 : usageExitCode;
  }
  return exitCode;
}

/** The engine's, which is not loaded for the sake of this. */
function isInterrupted(error: unknown): boolean {
  return error instanceof Error && error.name === 'Interrupted';
}

/** Others say by other options that the output is to be JSON. */
function suggestOutput(args: readonly string[], terminal: Terminal): void {
  if (args.some((arg) => /^--(json|format(=json)?)$/.test(arg)))
    terminal.stderr.write('hint: --output json\n');
}

/** Ansible's hands type the playbook first. */
function suggestRun(args: readonly string[], terminal: Terminal): void {
  const playbook = args.find((arg) => /\.ya?ml$/.test(arg));
  if (playbook !== undefined) terminal.stderr.write(`hint: vprov run ${playbook}\n`);
}
