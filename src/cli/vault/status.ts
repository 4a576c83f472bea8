import {setTimeout as wait} from 'node:timers/promises';
import type {Command} from 'commander';
import {hasError} from '../../errors/index.ts';
import {vaultStatusLines} from '../../report/index.ts';
import {TransportError} from '../../transport/index.ts';
import {type ClusterStatus, clusterStatus} from '../../vault/index.ts';
import type {LoadEngine} from '../engine.ts';
import {interruptedExitCode} from '../interruption.ts';
import {tellMistakes} from '../mistakes.ts';
import {seconds} from '../options.ts';
import {askBecomePassOption} from '../passwords.ts';
import {tellProblem} from '../problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from '../reach.ts';
import {type Terminal, wantsColour} from '../terminal.ts';
import {stampOf} from './stamp.ts';

interface StatusFlags extends ReachFlags {
  readonly group: string;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly every: number;
}

const attentionExitCode = 3;
const unreachableExitCode = 4;
const usualEverySeconds = 5;

const help = `
It only reads. Without a token: versions, seals, who leads, how far each is
behind. With one in $BAO_TOKEN or $VAULT_TOKEN, which goes to the servers on
their own hosts alone: who votes, and how many may be lost.

With --watch it stays and tells whatever changes, until Ctrl-C: on a terminal
the page, elsewhere a page for each change (with --json one line each).

Examples:
  vprov vault status -i inventory/homelab.yml
  vprov vault status --watch
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
      .option('--json', 'for programs')
      .option('-w, --watch', 'stay, and tell what changes')
      .option('--every <seconds>', 'with --watch: how often it looks', seconds, usualEverySeconds),
    true,
  )
    .addOption(askBecomePassOption())
    .addHelpText('after', help)
    .action(async (flags: StatusFlags) => {
      finish(await showStatus(flags, terminal, loadEngine));
    });
}

async function showStatus(flags: StatusFlags, terminal: Terminal, loadEngine: LoadEngine): Promise<number> {
  const options = await reachOptions(flags.group, flags, terminal);
  if (!options) return 1;
  const {signal, announce} = terminal.interruption;
  announce('');
  const look = async (): Promise<Seen | undefined> => lookAt(flags, options, terminal, await loadEngine());
  if (flags.watch) return watch(look, flags, terminal);
  const seen = await look();
  if (!seen) return 1;
  if (flags.json) terminal.stdout.write(`${JSON.stringify(forPrograms(seen), undefined, 2)}\n`);
  else terminal.stdout.write(page(seen, flags, terminal));
  for (const {error} of seen.lost) tellProblem(error, terminal, flags.color);
  if (signal.aborted) return interruptedExitCode(signal.reason);
  if (seen.lost.length > 0) return unreachableExitCode;
  return seen.status.attention.length > 0 ? attentionExitCode : 0;
}

interface Seen {
  readonly status: ClusterStatus;
  readonly lost: readonly {readonly name: string; readonly error: TransportError}[];
}

type Options = NonNullable<Awaited<ReturnType<typeof reachOptions>>>;

/** Undefined: there are mistakes in the files, which were told. */
async function lookAt(
  flags: StatusFlags,
  options: Options,
  terminal: Terminal,
  {findVaults}: Awaited<ReturnType<LoadEngine>>,
): Promise<Seen | undefined> {
  const {environment} = terminal;
  const token = environment.BAO_TOKEN || environment.VAULT_TOKEN || '';
  const asked = {...options, forks: flags.forks, asksMembers: true, asksOwed: true, token};
  const {diagnostics, hosts} = await findVaults(asked);
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return undefined;
  const lost = hosts.flatMap(({name, found}) =>
    found instanceof TransportError ? [{name, error: found}] : [],
  );
  const status = clusterStatus(
    hosts.flatMap(({name, found, view, owed}) =>
      found instanceof TransportError ? [] : [{host: name, found, view, owed}],
    ),
    terminal.now(),
    lost.length === 0 && flags.limit === undefined,
  );
  return {status, lost};
}

function forPrograms({status, lost}: Seen): object {
  const {discord: _, ...shown} = status;
  return {...shown, unreachable: lost.map(({name}) => name)};
}

function page({status}: Seen, flags: StatusFlags, terminal: Terminal): string {
  return vaultStatusLines(status, wantsColour(terminal, flags.color))
    .map((line) => `${line}\n`)
    .join('');
}

async function watch(
  look: () => Promise<Seen | undefined>,
  flags: StatusFlags,
  terminal: Terminal,
): Promise<number> {
  const {stdout, now} = terminal;
  const {signal} = terminal.interruption;
  const clear = stdout.isTTY === true && !flags.json ? '\x1b[H\x1b[2J' : '';
  let told = '';
  while (!signal.aborted) {
    const seen = await look();
    if (!seen) return 1;
    if (signal.aborted) break;
    const at = stampOf(now());
    const state = lasting(seen);
    if (clear !== '' || state !== told) {
      const lost = seen.lost.map(({name}) => `not reached: ${name}\n`).join('');
      const text = `${at}\n${page(seen, flags, terminal)}${lost}`;
      stdout.write(flags.json ? `${JSON.stringify({at, ...forPrograms(seen)})}\n` : clear + text);
    }
    told = state;
    await wait(flags.every * 1000, undefined, {signal}).catch(() => undefined);
  }
  return interruptedExitCode(signal.reason);
}

/** What is no news: how many entries there are, which changes with each write. */
function lasting(seen: Seen): string {
  const passing = ['applied_index', 'lag', 'database_bytes'];
  return JSON.stringify(forPrograms(seen), (key, value) => (passing.includes(key) ? undefined : value));
}
