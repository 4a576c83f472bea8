import {type Command, Option} from 'commander';
import {hasError} from '../errors/index.ts';
import {factsLines} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {withoutPassword} from './passwords.ts';
import {tellProblem} from './problems.ts';
import {addReachFlags, hostsArgument, type ReachFlags, reachOptions} from './reach.ts';
import type {Terminal} from './terminal.ts';

interface FactsFlags extends ReachFlags {
  readonly output: 'table' | 'json';
}

const unreachableExitCode = 4;

const examples = `
Examples:
  vprov facts                        all hosts, a line for each
  vprov facts wallpi --output json   all that a playbook sees as \`facts\`

Exit codes: 0 all said what they are · 1 a mistake in the files or options
            4 a host could not be reached · 130 interrupted
`;

/** `vprov facts [PATTERN]`. @param finish receives the exit code */
export function addFactsCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    program
      .command('facts')
      .description('Show what hosts are: system, machine, memory, addresses')
      .addArgument(hostsArgument()),
  )
    .addOption(
      new Option('--output <format>', 'a line for each host, or all facts as JSON')
        .choices(['table', 'json'])
        .default('table'),
    )
    .addHelpText('after', examples)
    .action(async (pattern: string, flags: FactsFlags) => {
      finish(await showFacts(pattern, flags, terminal, loadEngine));
    });
}

async function showFacts(
  pattern: string,
  flags: FactsFlags,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const {stdout, interruption} = terminal;
  const options = await reachOptions(pattern, flags, terminal);
  if (!options) return withoutPassword(terminal);
  interruption.announce('');
  const {gatherFacts} = await loadEngine();
  const {diagnostics, facts} = await gatherFacts({...options, forks: flags.forks});
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return 1;
  const known = new Map([...facts].flatMap(([name, one]) => (one instanceof Error ? [] : [[name, one]])));
  if (flags.output === 'json') stdout.write(`${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`);
  else {
    const columns = stdout.isTTY ? (stdout.columns ?? 80) : undefined;
    stdout.write(
      factsLines(known, columns)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  for (const one of facts.values()) {
    if (!(one instanceof Error)) continue;
    tellProblem(one, terminal, flags.color);
  }
  const {signal} = interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  return known.size < facts.size ? unreachableExitCode : 0;
}
