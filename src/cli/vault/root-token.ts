import {existsSync} from 'node:fs';
import {basename, relative, resolve} from 'node:path';
import type {Command} from 'commander';
import {hasError} from '../../errors/index.ts';
import {Secret} from '../../text/index.ts';
import {type OpenKeys, openShares, tooFew} from '../../vault/index.ts';
import type {LoadEngine} from '../engine.ts';
import {interruptedExitCode} from '../interruption.ts';
import {tellMistakes} from '../mistakes.ts';
import {askBecomePassOption, withoutPassword} from '../passwords.ts';
import {tellProblem} from '../problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from '../reach.ts';
import {createDesk, type SecretDesk} from '../secret-desk.ts';
import type {Terminal} from '../terminal.ts';
import {keptKeys, openedKeys, shareOpener} from './keys.ts';

interface RootTokenFlags extends ReachFlags {
  readonly group: string;
}

const unreachableExitCode = 4;

const help = `
For the first policies and logins of a new cluster, and when nobody else gets
in. It takes as many shares as unseal, which go through the connection to the
active member's host, and prints the token alone: the rest is told on standard
error. Revoke it when you are done; it does not expire by itself.

Examples:
  vprov vault generate-root
  BAO_TOKEN=$(vprov vault generate-root) bao policy list
  vprov vault generate-root .vprov/keys/homelab.age    where there are several

Exit codes: 0 printed · 1 a mistake, or the server makes none
            4 a host could not be reached, and no other is the active member
`;

/** `vprov vault generate-root`. @param finish receives the exit code */
export function addRootTokenCommand(
  vault: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    vault
      .command('generate-root')
      .description('Make a root token by the keys that are kept here, and print it')
      .argument('[keys]', 'the file of the keys (default: the one in .vprov/keys)')
      .option('--group <name>', 'the group of the inventory that is the cluster', 'vault_servers'),
    true,
  )
    .addOption(askBecomePassOption())
    .addHelpText('after', help)
    .action(async (file: string | undefined, flags: RootTokenFlags) => {
      finish(await generateRoot(file, flags, terminal, loadEngine));
    });
}

async function generateRoot(
  named: string | undefined,
  flags: RootTokenFlags,
  terminal: Terminal,
  loadEngine: LoadEngine,
): Promise<number> {
  const {cwd, stdout, stderr, interruption} = terminal;
  const desk = createDesk(flags, terminal);
  const files = named === undefined ? keptKeys(cwd).filter((one) => existsSync(one)) : [resolve(cwd, named)];
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    const names = files.map((one) => relative(cwd, one)).join(', ');
    desk.refuse(
      file === undefined
        ? 'there are no keys in .vprov/keys\n  hint: name their file'
        : `which of these? ${names}`,
    );
    return 1;
  }
  const clusterKeys = await keysWithShares(file, desk);
  if ('problem' in clusterKeys) {
    desk.refuse(`${relative(cwd, file)}: ${clusterKeys.problem}`);
    return 1;
  }
  const options = await reachOptions(flags.group, flags, terminal);
  if (!options) return withoutPassword(terminal);
  interruption.announce('');
  const {rootTokenOf} = await loadEngine();
  const {diagnostics, made, unreachable} = await rootTokenOf({...options, forks: flags.forks, clusterKeys});
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return 1;
  if (made?.outcome instanceof Secret) {
    stdout.write(`${made.outcome.reveal()}\n`);
    stderr.write(
      `a root token of ${clusterKeys.cluster}, made by ${made.host}: revoke it when you are done\n`,
    );
    return 0;
  }
  if (interruption.signal.aborted) return interruptedExitCode(interruption.signal.reason);
  if (made) {
    const {problem, hint} = made.outcome;
    desk.refuse(`${made.host}: ${problem}${hint === undefined ? '' : `\n  hint: ${hint}`}`);
    return 1;
  }
  for (const error of unreachable) tellProblem(error, terminal, flags.color);
  desk.refuse(
    'none of the hosts that answered is the active member\n  hint: vprov vault status says how they are',
  );
  return unreachable.length > 0 ? unreachableExitCode : 1;
}

/** As many shares as make a token, open, or why they are not at hand. */
async function keysWithShares(
  file: string,
  desk: SecretDesk,
): Promise<OpenKeys | {readonly problem: string}> {
  const keys = await openedKeys(file, basename(file, '.age'), desk);
  if ('problem' in keys) return keys;
  const here = await openShares(shareOpener(desk), keys);
  return tooFew(here, keys) ?? {...keys, shares: here.shares};
}
