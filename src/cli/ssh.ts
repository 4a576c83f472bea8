import type {Command} from 'commander';
import type {ReachOptions, WayIn} from '../engine/index.ts';
import {type Problem, visible} from '../report/index.ts';
import type {Engine, LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {withoutPassword} from './passwords.ts';
import {tellProblem} from './problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from './reach.ts';
import {completed, type Terminal} from './terminal.ts';

/** As ssh has it: there was no connection. */
const noConnectionExitCode = 255;

/** Longest time to look at a host's key when ssh got no connection. */
const lookMs = 5000;

/** As sshd has it (LoginGraceTime): what took longer has been let in. */
const longestLoginMs = 120_000;

const examples = `
Examples:
  vprov ssh wallpi                    a shell there
  vprov ssh wallpi -- sudo -i         a command, with your terminal

The system's ssh is used where it can be told all that the inventory says, else
(a password from the inventory; a key for a host on the way, too) vprov's own.

Exit codes: that of the shell or the command · 1 a mistake in the files or
options · 255 no connection · 130 interrupted (143: by SIGTERM or SIGHUP)
`;

/** `vprov ssh HOST`. @param finish receives the exit code */
export function addSshCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    program
      .command('ssh')
      .description('Open a shell on a host, by the connection that the inventory describes')
      .argument('<host>', 'its name in the inventory')
      .argument('[cmd...]', 'behind --: instead of a shell'),
    false,
  )
    .addHelpText('after', examples)
    .action(async (host: string, command: readonly string[], flags: ReachFlags) => {
      const options = await reachOptions(host, flags, terminal);
      if (!options) return finish(withoutPassword(terminal));
      const engine = await loadEngine();
      const atTerminal = terminal.foreground?.isTerminal ?? false;
      const found = await engine.wayIn({...options, command, atTerminal}).catch(problemOf);
      if ('failure' in found) return finish(notConnected(found, options.signal, terminal));
      const {diagnostics, way, host: name} = found;
      tellMistakes(diagnostics, flags.color, terminal);
      if (!way || name === undefined) return finish(1);
      if (!terminal.foreground) throw new Error('there is no terminal to hand over');
      // What is typed is for the host; of a signal that comes all the same it is ssh that says something.
      terminal.interruption.announce('');
      const {now} = terminal;
      const begin = now();
      const exitCode = await enter(way, name, options.signal, terminal, terminal.foreground);
      if (way.by === 'program' && exitCode === noConnectionExitCode && !options.signal.aborted) {
        const refusal = now() - begin < longestLoginMs ? way.refusal : undefined;
        await tellWhy(options, refusal, engine, terminal);
      }
      finish(exitCode);
    });
}

async function enter(
  way: WayIn,
  name: string,
  signal: AbortSignal,
  terminal: Terminal,
  foreground: NonNullable<Terminal['foreground']>,
): Promise<number> {
  const {stderr} = terminal;
  if (way.by === 'program') {
    const {program, args, takesInterrupts} = way;
    const exitCode = await foreground.run(program, args, {signal, takesInterrupts});
    const isOurs = signal.aborted && !(takesInterrupts && signal.reason === 'SIGINT');
    return isOurs ? interruptedExitCode(signal.reason) : exitCode;
  }
  let close = async (): Promise<void> => undefined;
  try {
    const exitCode = await foreground.join(async (options) => {
      const opened = await way.open(options);
      close = opened.close;
      return opened.terminal;
    }, signal);
    if (signal.aborted) return interruptedExitCode(signal.reason);
    if (exitCode === undefined) stderr.write(`the connection to ${visible(name)} was lost\n`);
    return exitCode ?? noConnectionExitCode;
  } catch (error) {
    return notConnected(problemOf(error), signal, terminal);
  } finally {
    await close();
  }
}

/** Why a connection was not made, as the transport tells it. */
interface NoConnection extends Problem {
  readonly failure: unknown;
}

/** @throws what is no failure of a connection */
function problemOf(error: unknown): NoConnection {
  if (!(error instanceof Error) || !('failure' in error)) throw error;
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return {failure: error.failure, message: error.message, hint};
}

function notConnected(problem: NoConnection, signal: AbortSignal, terminal: Terminal): number {
  if (signal.aborted) return interruptedExitCode(signal.reason);
  tellProblem(problem, terminal);
  return noConnectionExitCode;
}

/**
 * What ssh advises on a key (`ssh-keygen -R`) would trust whatever comes next: so the key is looked at, and ours is said.
 * @param refusal why nobody is let in by a host whose key is known, where that may be
 */
async function tellWhy(
  options: ReachOptions,
  refusal: ((signal: AbortSignal) => Promise<Problem | undefined>) | undefined,
  engine: Engine,
  terminal: Terminal,
): Promise<void> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(lookMs)]);
  const {findings} = await engine.findHostKeys({...options, signal});
  for (const [name, finding] of findings) {
    if (finding.type === 'changed') tellProblem(finding, terminal);
    else if (finding.type === 'unknown')
      terminal.stderr.write(`hint: ${completed({hint: unknownHint(name)}, terminal).hint}\n`);
    else if (finding.type === 'failed' && finding.error.failure !== 'aborted')
      tellProblem(finding.error, terminal);
    else if (finding.type === 'known') {
      const problem = await refusal?.(signal);
      if (problem) tellProblem(problem, terminal);
    }
  }
}

function unknownHint(name: string): string {
  return `its key is not known yet: vprov trust ${visible(name)}`;
}
