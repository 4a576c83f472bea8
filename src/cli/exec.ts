import {type Command, InvalidArgumentError, Option} from 'commander';
import type {HostOutcome} from '../engine/index.ts';
import {hasError} from '../errors/index.ts';
import {type Output, outcomeSummary, outcomeText, streamedLine} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {seconds} from './options.ts';
import {askBecomePassOption, withoutPassword} from './passwords.ts';
import {tellProblem} from './problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from './reach.ts';
import {completed, type Terminal, wantsColour} from './terminal.ts';

interface ExecFlags extends ReachFlags {
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly timeout?: number;
  readonly stream?: boolean;
  readonly output: 'pretty' | 'json';
}

const examples = `
Examples:
  vprov exec all -- uptime
  vprov exec 'vault_servers:!attic' --become -- systemctl is-active vault
  vprov exec all -- 'df -h / | tail -n 1'        one word is for the shell
  vprov exec web --stream -- journalctl -fu web  Ctrl-C ends it there, too
  vprov exec all -i 10.0.0.7,10.0.0.8, -- id     hosts without an inventory

Several words are a program and its arguments, each as it is: no shell expands
them. Standard input is empty; the user's home is the current folder. The first
Ctrl-C ends the command on all hosts and waits until it has gone.

Exit codes:
  0  it ended with 0 on every host        4    a host could not be reached
  1  a mistake in the files or options    6    both 2 and 4
  2  it ended with something else, took   130  interrupted (143: by SIGTERM)
     too long, or sudo refused, somewhere
`;

const draining = new WeakMap<Output, Promise<void>>();

/** When what was written has been taken; all who wait for it wait for the same. */
function drained(to: Output): Promise<void> | undefined {
  const known = draining.get(to);
  if (known) return known;
  if (!to.once) return undefined;
  const promise = new Promise<void>((resolve) => {
    to.once?.('drain', () => {
      draining.delete(to);
      resolve();
    });
  });
  draining.set(to, promise);
  return promise;
}

/** `vprov exec PATTERN -- COMMAND`. @param finish receives the exit code */
export function addExecCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    program
      .command('exec')
      .description('Run one command on many hosts, and show what each said')
      .argument('<hosts>', 'a name, a group, wall*, a:b, a:!b, a:&b, all')
      .argument('<cmd...>', 'behind --: a line for the shell, or a program and its arguments'),
  )
    .option('-b, --become', 'as root, or as --become-user')
    .option('--become-user <name>', 'as this user', userName)
    .addOption(askBecomePassOption())
    .option('--timeout <seconds>', 'end it on hosts where it takes longer', seconds)
    .option('--stream', "show each line as it comes, with its host's name before it")
    .addOption(
      new Option('--output <format>', 'for people, or one JSON object per host and line')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .addHelpText('after', examples)
    .action(async (pattern: string, command: readonly string[], flags: ExecFlags) => {
      finish(await exec(pattern, command, flags, terminal, loadEngine));
    });
}

function userName(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('A user has a name.');
  return value;
}

async function exec(
  pattern: string,
  command: readonly string[],
  flags: ExecFlags,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const {stdout, stderr, interruption} = terminal;
  if (command.every((word) => word.trim() === '')) {
    const hint = 'behind -- stands a line for the shell, or a program and its arguments';
    tellProblem({message: 'there is no command', hint}, terminal, flags.color);
    return 1;
  }
  const options = await reachOptions(pattern, flags, terminal);
  if (!options) return withoutPassword(terminal);
  interruption.announce('');
  const colour = wantsColour(terminal, flags.color);
  const {execOnHosts} = await loadEngine();
  let columns = 0;
  const streams = flags.stream === true && flags.output === 'pretty';
  const {diagnostics, outcomes} = await execOnHosts({
    ...options,
    command,
    forks: flags.forks,
    ...(flags.become === undefined ? {} : {become: flags.become}),
    ...(flags.becomeUser === undefined ? {} : {becomeUser: flags.becomeUser}),
    ...(flags.timeout === undefined ? {} : {timeoutMs: flags.timeout * 1000}),
    onChosen: (hosts) => {
      interruption.announce('ending the command on the hosts');
      columns = Math.max(0, ...hosts.map((host) => host.length));
    },
    ...(streams
      ? {
          onLine: (host, stream, line) => {
            const to = stream === 'stdout' ? stdout : stderr;
            const isFull = to.write(streamedLine(host, line, columns, colour)) === false;
            return isFull ? drained(to) : undefined;
          },
        }
      : {}),
    onOutcome: (one) => {
      if (interruption.signal.reason === 'SIGPIPE') return;
      const outcome = completed(one, terminal);
      if (flags.output === 'json') return void stdout.write(`${JSON.stringify(outcome)}\n`);
      const text = outcomeText(outcome, colour, stderr.isTTY ? (stderr.columns ?? 80) : undefined);
      for (const one of text.stdout) writeInPieces(stdout, one);
      for (const one of text.stderr) writeInPieces(stderr, one);
    },
  });
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return 1;
  const {signal} = interruption;
  const isTold = flags.output === 'pretty' && signal.reason !== 'SIGPIPE';
  if (outcomes.length > 1 && isTold) stderr.write(`${outcomeSummary(outcomes)}\n`);
  return signal.aborted ? interruptedExitCode(signal.reason) : exitCodeOf(outcomes);
}

/** In characters. */
const pieceLength = 1024 * 1024;

/** What is written is encoded, which is a copy of it: of one piece at a time, where the writing is at once. */
function writeInPieces(to: Output, text: string): void {
  for (let from = 0; from < text.length; ) {
    const last = text.charCodeAt(Math.min(from + pieceLength, text.length) - 1);
    // The halves of a character stay together.
    const isHalf = last >= 0xd800 && last < 0xdc00;
    const end = from + pieceLength + (isHalf ? 1 : 0);
    to.write(text.slice(from, end));
    from = end;
  }
}

function exitCodeOf(outcomes: readonly HostOutcome[]): number {
  const unreachable = outcomes.some(({type}) => type === 'unreachable');
  const failed = outcomes.some((one) =>
    one.type === 'ended' ? one.exitCode !== 0 : one.type !== 'unreachable',
  );
  if (unreachable) return failed ? 6 : 4;
  return failed ? 2 : 0;
}
