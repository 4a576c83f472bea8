import {type Command, InvalidArgumentError, Option} from 'commander';
import type {Net} from '../engine/index.ts';
import {hasError} from '../errors/index.ts';
import {netLines} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {seconds} from './options.ts';
import {withoutPassword} from './passwords.ts';
import {tellProblem} from './problems.ts';
import {addReachFlags, hostsArgument, type ReachFlags, reachOptions} from './reach.ts';
import {type Terminal, wantsColour} from './terminal.ts';

interface NetFlags extends ReachFlags {
  readonly to: readonly number[];
  readonly address?: string;
  readonly timeout: number;
  readonly closedIsFine?: boolean;
  readonly output: 'table' | 'json';
}

const attentionExitCode = 3;
const unreachableExitCode = 4;

const examples = `
Examples:
  vprov net vault_servers --to 8200,8201
  vprov net --to 22 --address lan_address   the variable that has the addresses
  vprov net --to 8201 --closed-is-fine      before anything listens there

Each host is asked, through its own connection, for a connection to each port of
each other: by its sshd, or by a program it has where sshd forwards nothing
(perl, bash, python3, socat, nc, busybox, openssl). Nothing is left there.

Exit codes: 0 all open · 1 a mistake in the files or options, or one host alone
3 a pair is blocked, or a name is known to ssh and not to Go programs · 4 a host
could not be reached, and no pair is blocked · 130 interrupted
`;

/** `vprov net [PATTERN] --to PORTS`. @param finish receives the exit code */
export function addNetCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    program
      .command('net')
      .description('Show which hosts reach which ports of one another')
      .addArgument(hostsArgument()),
  )
    .requiredOption('--to <ports>', 'the ports, separated by commas', portNumbers)
    .option(
      '--address <variable>',
      'has the address by which the others reach a host (default: vault_address, else host, else its name)',
    )
    .option('--timeout <seconds>', 'no answer for so long is filtered', seconds, 5)
    .option('--closed-is-fine', 'a refused connection shows that the way is free')
    .addOption(
      new Option('--output <format>', 'for people, or JSON').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', examples)
    .action(async (pattern: string, flags: NetFlags) => {
      finish(await showNet(pattern, flags, terminal, loadEngine));
    });
}

async function showNet(
  pattern: string,
  flags: NetFlags,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const {stdout, interruption, now} = terminal;
  const options = await reachOptions(pattern, flags, terminal);
  if (!options) return withoutPassword(terminal);
  interruption.announce('');
  const {lookAtNet, needsAttention} = await loadEngine();
  const net = await lookAtNet({
    ...options,
    ports: flags.to,
    timeoutMs: flags.timeout * 1000,
    forks: flags.forks,
    now,
    ...(flags.address === undefined ? {} : {addressVariable: flags.address}),
  });
  tellMistakes(net.diagnostics, flags.color, terminal);
  if (hasError(net.diagnostics)) return 1;
  const closedIsFine = flags.closedIsFine === true;
  if (flags.output === 'json') stdout.write(`${JSON.stringify(jsonOf(net), undefined, 2)}\n`);
  else {
    const columns = stdout.isTTY ? (stdout.columns ?? 80) : 80;
    const look = {colour: wantsColour(terminal, flags.color), columns, nowMs: now(), closedIsFine};
    stdout.write(
      netLines(net, look)
        .map((line) => `${line}\n`)
        .join(''),
    );
  }
  const [only] = net.hosts;
  if (only && net.hosts.length === 1)
    tellProblem(
      {
        message: `nothing was asked: ${only.name} is the only host here, and has no other to reach`,
        hint: 'name at least two hosts: each is asked for the ports of the others',
      },
      terminal,
      flags.color,
    );
  for (const {error} of net.unreached) tellProblem(error, terminal, flags.color);
  const {signal} = interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  const {blocked, traps} = needsAttention(net, closedIsFine);
  if (blocked.length + traps.length > 0) return attentionExitCode;
  if (net.unreached.length > 0) return unreachableExitCode;
  return net.hosts.length === 1 ? 1 : 0;
}

function jsonOf({diagnostics: _, unreached, ...net}: Net): object {
  return {...net, unreached: unreached.map(({name, error}) => ({name, message: error.message}))};
}

function portNumbers(value: string): readonly number[] {
  const ports = value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(Number);
  const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;
  if (ports.length === 0 || !ports.every(isPort))
    throw new InvalidArgumentError('Ports are numbers from 1 to 65535.');
  return [...new Set(ports)];
}
