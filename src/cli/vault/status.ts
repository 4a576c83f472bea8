import type {Command} from 'commander';
import {hasError} from '../../errors/index.ts';
import {vaultStatusLines} from '../../report/index.ts';
import {TransportError} from '../../transport/index.ts';
import {clusterStatus} from '../../vault/index.ts';
import type {LoadEngine} from '../engine.ts';
import {interruptedExitCode} from '../interruption.ts';
import {tellMistakes} from '../mistakes.ts';
import {askBecomePassOption} from '../passwords.ts';
import {tellProblem} from '../problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from '../reach.ts';
import {type Terminal, wantsColour} from '../terminal.ts';

interface StatusFlags extends ReachFlags {
  readonly group: string;
  readonly json?: boolean;
}

const attentionExitCode = 3;
const unreachableExitCode = 4;

const help = `
It only reads. Without a token: versions, seals, who leads, how far each is
behind. With one in $BAO_TOKEN or $VAULT_TOKEN, which goes to the servers on
their own hosts alone: who votes, and how many may be lost.

Examples:
  vprov vault status -i inventory/homelab.yml
  vprov vault status --json | jq .nodes.wallpi.sealed

Exit codes: 0 all serve · 1 a mistake in the files or options
            3 something wants attention · 4 a host could not be reached
`;

/** `vprov vault status`. @param finish receives the exit code */
export function addStatusCommand(
  vault: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    vault
      .command('status')
      .description('Show the members of a cluster: version, seal, leader, how far each is behind')
      .option('--group <name>', 'the group of the inventory that is the cluster', 'vault_servers')
      .option('--json', 'for programs'),
    true,
  )
    .addOption(askBecomePassOption())
    .addHelpText('after', help)
    .action(async (flags: StatusFlags) => {
      finish(await showStatus(flags, terminal, loadEngine));
    });
}

async function showStatus(flags: StatusFlags, terminal: Terminal, loadEngine: LoadEngine): Promise<number> {
  const {stdout, interruption, environment} = terminal;
  const options = await reachOptions(flags.group, flags, terminal);
  if (!options) return 1;
  interruption.announce('');
  const {findVaults} = await loadEngine();
  const token = environment.BAO_TOKEN || environment.VAULT_TOKEN || '';
  const {diagnostics, hosts} = await findVaults({...options, forks: flags.forks, asksMembers: true, token});
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return 1;
  const status = clusterStatus(
    hosts.flatMap(({name, found, view}) =>
      found instanceof TransportError ? [] : [{host: name, found, view}],
    ),
    terminal.now(),
  );
  const lost = hosts.filter(({found}) => found instanceof TransportError).map(({name}) => name);
  const {discord: _, ...shown} = status;
  if (flags.json) stdout.write(`${JSON.stringify({...shown, unreachable: lost}, undefined, 2)}\n`);
  else {
    const lines = vaultStatusLines(status, wantsColour(terminal, flags.color));
    stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  for (const {found} of hosts) if (found instanceof TransportError) tellProblem(found, terminal, flags.color);
  const {signal} = interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  if (lost.length > 0) return unreachableExitCode;
  return status.attention.length > 0 ? attentionExitCode : 0;
}
