import {existsSync} from 'node:fs';
import {relative, resolve} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import type {Command} from 'commander';
import {hasError} from '../../errors/index.ts';
import {TransportError} from '../../transport/index.ts';
import {clusterStatus, type NodeStatus} from '../../vault/index.ts';
import type {LoadEngine} from '../engine.ts';
import {execute} from '../execute.ts';
import {interruptedExitCode} from '../interruption.ts';
import {tellMistakes} from '../mistakes.ts';
import {seconds} from '../options.ts';
import {withoutPassword} from '../passwords.ts';
import {addHostFlags, type HostFlags, sharedOptions} from '../playbook-flags.ts';
import {reachOptions} from '../reach.ts';
import {recordsFolder} from '../records-folder.ts';
import {chooseReporter} from '../reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from '../running-flags.ts';
import {createDesk} from '../secret-desk.ts';
import type {Terminal} from '../terminal.ts';
import {keptKeys, verified} from './keys.ts';
import {stampOf} from './stamp.ts';

interface UnsealFlags extends HostFlags, RunningFlags {
  readonly group: string;
  readonly watch?: boolean;
  readonly every: number;
  readonly json?: boolean;
}

const usualPlaybook = 'playbooks/vault-unseal.yml';
const usualEverySeconds = 10;
/** Of the role: what waits until the cluster serves, for which more members may have to be unsealed. */
const waitingTag = 'serving';

const help = `
It runs ${usualPlaybook}: every member that is sealed gets its
shares, through the connection to its host. The passphrase is asked for once.
Shares that are encrypted to keys of OpenPGP are opened by gpg; where a member
takes more of them than are opened here, their next holder runs the same.

With --watch it stays, looks at the members again and again, and unseals what
was sealed by a power cut or a restart, as soon as it is up. Ctrl-C ends it.

Examples:
  vprov vault unseal
  vprov vault unseal --limit wallpi
  vprov vault unseal --watch --every 30

Exit codes: those of vprov run
`;

/** `vprov vault unseal`. @param finish receives the exit code */
export function addUnsealCommand(
  vault: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = addHostFlags(
    vault
      .command('unseal')
      .description('Unseal whatever is sealed, now or with --watch whenever it is')
      .argument('[playbook]', 'what unseals', usualPlaybook),
  );
  addRunningFlags(command)
    .option('--group <name>', 'with --watch: the group of the inventory that is the cluster', 'vault_servers')
    .option('--json', 'for programs: as --output json, and with --watch a line for each change')
    .option('-w, --watch', 'stay, and unseal what is sealed later')
    .option('--every <seconds>', 'with --watch: how often it looks', seconds, usualEverySeconds)
    .addHelpText('after', help)
    .action(async (playbook: string, flags: UnsealFlags) => {
      if (playbook === usualPlaybook && !existsSync(resolve(terminal.cwd, playbook))) {
        terminal.stderr.write(
          `error: there is no ${usualPlaybook} in ${terminal.cwd}\n  hint: run it in the folder that has it, or name it: vprov vault unseal PATH\n`,
        );
        return finish(1);
      }
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const unseal = await unsealing(playbook, flags, running, terminal, loadEngine);
      finish(await (flags.watch ? watch(flags, running, terminal, loadEngine, unseal) : unseal()));
    });
}

type Running = NonNullable<Awaited<ReturnType<typeof runningOptions>>>;

/** @param hosts only those, without waiting until the cluster serves; undefined: all. @returns the exit code */
type Unseal = (hosts?: readonly string[]) => Promise<number>;

async function unsealing(
  playbook: string,
  flags: UnsealFlags,
  running: Running,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<Unseal> {
  const {run} = await loadEngine();
  return (hosts) => {
    const reporter = chooseReporter(terminal, {
      format: flags.json ? 'json' : flags.output,
      colour: flags.color,
      verbosity: flags.verbose ?? 0,
      diff: flags.diff === true,
      mode: 'run',
      toStderr: false,
    });
    const options = {
      ...sharedOptions(
        playbook,
        {...flags, ...(hosts ? {limit: hosts.join(':'), skipTags: [waitingTag]} : {})},
        terminal,
      ),
      ...running,
      mode: 'run' as const,
      records: recordsFolder(terminal),
      forceHandlers: false,
      detailedExitcode: false,
      step: false,
    };
    return execute(() => run(options), reporter, terminal);
  };
}

async function watch(
  flags: UnsealFlags,
  {password, becomePassword}: Running,
  terminal: Terminal,
  loadEngine: LoadEngine,
  unseal: Unseal,
): Promise<number> {
  const {interruption, stderr, stdout} = terminal;
  const {signal} = interruption;
  // Asked for now, and not in the night after the power cut.
  if (!(await keysOpen(flags, terminal))) return 1;
  const {askPass: _, askBecomePass: __, ...others} = flags;
  const options = await reachOptions(flags.group, others, terminal);
  if (!options) return withoutPassword(terminal);
  const asked = {
    ...options,
    ...(password === undefined ? {} : {password}),
    ...(becomePassword === undefined ? {} : {becomePassword}),
    forks: flags.forks,
    asksMembers: true,
  };
  const {findVaults} = await loadEngine();
  let told = '';
  while (!signal.aborted) {
    const silent = interruption.announce('');
    const {diagnostics, hosts} = await findVaults(asked);
    if (hasError(diagnostics)) {
      tellMistakes(diagnostics, flags.color, terminal);
      return 1;
    }
    if (signal.aborted) break;
    const seen = hosts.flatMap(({name, found, view}) =>
      found instanceof TransportError ? [] : [{host: name, found, view}],
    );
    const lost = hosts.flatMap(({name, found}) => (found instanceof TransportError ? [name] : []));
    const {nodes} = clusterStatus(seen, terminal.now());
    const words = stateInWords(nodes, lost);
    const at = stampOf(terminal.now());
    if (words !== told && flags.json)
      stdout.write(`${JSON.stringify({type: 'seals', at, ...sealsOf(nodes, lost)})}\n`);
    else if (words !== told) stderr.write(`${at} ${words}\n`);
    told = words;
    const sealed = sealedOf(nodes);
    silent();
    const isUnsealed = sealed.length > 0 && (await unseal(sealed)) === 0;
    const silentWait = interruption.announce('');
    // A member that was unsealed is looked at again at once, and not one that cannot be.
    await wait(isUnsealed ? 1000 : flags.every * 1000, undefined, {signal}).catch(() => undefined);
    silentWait();
  }
  return interruptedExitCode(signal.reason);
}

/** Whether the keys that are kept here can be opened; where there are none, the playbook has them from elsewhere. */
async function keysOpen(flags: UnsealFlags, terminal: Terminal): Promise<boolean> {
  const desk = createDesk(flags, terminal);
  for (const file of keptKeys(terminal.cwd)) {
    if (!existsSync(file)) continue;
    const one = await verified(file, desk);
    if ('problem' in one) return desk.refuse(`${relative(terminal.cwd, file)}: ${one.problem}`);
  }
  return true;
}

function sealedOf(nodes: Readonly<Record<string, NodeStatus>>): readonly string[] {
  return Object.entries(nodes).flatMap(([host, {initialized, sealed}]) =>
    initialized && sealed ? [host] : [],
  );
}

/** Who serves and who does not. */
function sealsOf(nodes: Readonly<Record<string, NodeStatus>>, lost: readonly string[]) {
  const all = Object.entries(nodes);
  return {
    unsealed: all.filter(([, node]) => node.sealed === false).map(([host]) => host),
    sealed: sealedOf(nodes),
    unreachable: lost,
    leader: all.find(([, node]) => node.leader)?.[0] ?? null,
  };
}

function stateInWords(nodes: Readonly<Record<string, NodeStatus>>, lost: readonly string[]): string {
  const {unsealed, sealed, leader} = sealsOf(nodes, lost);
  const all = Object.keys(nodes).length + lost.length;
  return [
    `${unsealed.length} of ${all} unsealed, ${leader === null ? 'none leads' : `${leader} leads`}`,
    ...(sealed.length > 0 ? [`sealed: ${sealed.join(', ')}`] : []),
    ...(lost.length > 0 ? [`not reached: ${lost.join(', ')}`] : []),
  ].join('; ');
}
