import type {Command} from 'commander';
import type {Diagnosis} from '../engine/index.ts';
import {hasError} from '../errors/index.ts';
import {doctorLines} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {askBecomePassOption, withoutPassword} from './passwords.ts';
import {tellProblem} from './problems.ts';
import {addReachFlags, hostsArgument, type ReachFlags, reachOptions} from './reach.ts';
import {type Terminal, wantsColour} from './terminal.ts';

interface DoctorFlags extends ReachFlags {
  readonly group: string;
  readonly json?: boolean;
}

const problemExitCode = 3;
const unreachableExitCode = 4;

const help = `
It only looks: nothing is changed on the hosts, nothing is left there, and no
token is needed. Hosts of the group --group are looked at as root, and judged as
members of a cluster.

Examples:
  vprov doctor
  vprov doctor wallpi
  vprov doctor --json | jq '.hosts[].findings[] | select(.level == "problem")'

Exit codes: 0 no problem (there may be notes) · 1 a mistake in the files or
            options · 3 a problem · 4 a host could not be reached
            130 interrupted
`;

/** `vprov doctor [PATTERN]`. @param finish receives the exit code */
export function addDoctorCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    program
      .command('doctor')
      .description('Find what is wrong with hosts, or will be, and say what to do about it')
      .addArgument(hostsArgument())
      .option('--group <name>', 'the group of the inventory that is the cluster', 'vault_servers')
      .option('--json', 'for programs'),
  )
    .addOption(askBecomePassOption())
    .addHelpText('after', help)
    .action(async (pattern: string, flags: DoctorFlags) => {
      finish(await examine(pattern, flags, terminal, loadEngine));
    });
}

async function examine(
  pattern: string,
  flags: DoctorFlags,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const {stdout, interruption, now} = terminal;
  const options = await reachOptions(pattern, flags, terminal);
  if (!options) return withoutPassword(terminal);
  interruption.announce('');
  const {diagnose} = await loadEngine();
  const diagnosis = await diagnose({...options, group: flags.group, forks: flags.forks, now});
  tellMistakes(diagnosis.diagnostics, flags.color, terminal);
  if (hasError(diagnosis.diagnostics)) return 1;
  if (flags.json) stdout.write(`${JSON.stringify(jsonOf(diagnosis), undefined, 2)}\n`);
  else {
    const look = {
      colour: wantsColour(terminal, flags.color),
      columns: stdout.isTTY ? (stdout.columns ?? 80) : 80,
    };
    const lines = doctorLines(diagnosis, look);
    stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  for (const {error} of diagnosis.unreached) tellProblem(error, terminal, flags.color);
  const {signal} = interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  if (diagnosis.unreached.length > 0) return unreachableExitCode;
  const found = [...diagnosis.cluster, ...diagnosis.hosts.flatMap(({findings}) => findings)];
  const isWell = found.every(({level}) => level === 'note');
  return isWell ? 0 : problemExitCode;
}

function jsonOf({hosts, cluster, unreached}: Diagnosis): object {
  return {
    hosts: Object.fromEntries(
      hosts.map(({name, isMember, checks, findings}) => [name, {member: isMember, checks, findings}]),
    ),
    cluster,
    unreachable: Object.fromEntries(unreached.map(({name, error}) => [name, error.message])),
  };
}
