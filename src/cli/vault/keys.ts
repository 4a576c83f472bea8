import {existsSync, readdirSync} from 'node:fs';
import {basename, join, relative, resolve} from 'node:path';
import type {Command} from 'commander';
import {openFile, openMessage} from '../../source/index.ts';
import {Secret} from '../../text/index.ts';
import {
  type ClusterKeys,
  type Custody,
  custodyOf,
  keysStateOf,
  openShares,
  placesOfKeys,
  readKeys,
} from '../../vault/index.ts';
import type {KeyFlags} from '../playbook-flags.ts';
import {createDesk, type SecretDesk} from '../secret-desk.ts';
import {countOf} from '../secret-files.ts';
import {withKeys} from '../secrets.ts';
import type {Terminal} from '../terminal.ts';

/** Where the role keeps them, below the folder that vprov runs in. */
const usualFolder = '.vprov/keys';

const attentionExitCode = 3;

const help = `
It opens the keys of clusters as an unseal would, and looks whether they are
whole: enough shares, of one split. No server is asked, and nothing is shown.
Without a file: all in ${usualFolder}. Shares that are encrypted to keys of
OpenPGP are opened by gpg; those that are not opened here are others' to hold.

Examples:
  vprov vault keys verify
  vprov vault keys verify ~/backup/homelab.age --identity ~/other-identity.txt

Exit codes: 0 they unseal · 1 some do not, or cannot be opened
            3 they do, and something is left to do
`;

interface VerifyFlags extends KeyFlags {
  readonly json?: boolean;
}

/** What came of one file: why it cannot be said, or what its keys are worth. */
type Verified = {readonly file: string} & ({readonly problem: string} | Custody);

/** `vprov vault keys verify`. @param finish receives the exit code */
export function addKeysCommand(vault: Command, terminal: Terminal, finish: (exitCode: number) => void): void {
  const keys = vault.command('keys').description('Look after the keys of clusters that vprov keeps');
  withKeys(keys.command('verify'))
    .description('See whether the keys that are kept here can be opened, and unseal')
    .argument('[files...]', `files of keys (default: those in ${usualFolder})`)
    .option('--json', 'for programs')
    .addHelpText('after', help)
    .action(async (files: readonly string[], flags: VerifyFlags) => {
      finish(await verifyKeys(files, flags, terminal));
    });
}

async function verifyKeys(named: readonly string[], flags: VerifyFlags, terminal: Terminal): Promise<number> {
  const desk = createDesk(flags, terminal);
  const {cwd, stdout} = terminal;
  const files = named.length > 0 ? named.map((file) => resolve(cwd, file)) : keptKeys(cwd);
  if (files.length === 0) {
    desk.refuse(
      `there are no keys in ${usualFolder}\n  hint: run it where the playbooks are run, or name a file`,
    );
    return 1;
  }
  const all: Verified[] = [];
  for (const file of files) all.push({file: relative(cwd, file), ...(await verified(file, desk))});
  if (flags.json) stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
  else
    stdout.write(
      all
        .flatMap(linesOf)
        .map((line) => `${line}\n`)
        .join(''),
    );
  if (all.some((one) => 'problem' in one || one.mistakes.length > 0)) return 1;
  return all.some((one) => 'warnings' in one && one.warnings.length > 0) ? attentionExitCode : 0;
}

/** One file for each cluster, which may not be there itself: what is kept beside it is looked at with it. */
export function keptKeys(cwd: string): readonly string[] {
  const folder = join(cwd, usualFolder);
  if (!existsSync(folder)) return [];
  const clusters = readdirSync(folder).flatMap(
    (name) => /^(.+?)(?:\.initial\.age|\.intent\.json|\.age)$/.exec(name)?.[1] ?? [],
  );
  return [...new Set(clusters)].toSorted().map((name) => join(folder, `${name}.age`));
}

/** What the keys in a file are worth, and those beside it. What opens it may be asked for. */
export async function verified(
  file: string,
  desk: SecretDesk,
): Promise<{readonly problem: string} | Custody> {
  const state = keysStateOf(file);
  if (!state) return {problem: 'there is no such file'};
  const {keys, initial, intent} = placesOfKeys(file);
  if (!state.keys && !state.initial) {
    const {host = '', at = ''} = state.intent ?? {};
    return {
      problem: `an initialisation on ${host} was begun ${at} (${basename(intent)}), and its keys were not kept: run vault.yml with vault_bootstrap again`,
    };
  }
  const name = basename(keys, '.age');
  const opened = await openedKeys(state.keys ? keys : initial, name, desk);
  if ('problem' in opened) return opened;
  const here = await openShares(shareOpener(desk), opened, Number.POSITIVE_INFINITY);
  return custodyOf(opened, here, name, state);
}

/** Opens shares that are encrypted to their holders' keys. What opens them may be asked for. */
export function shareOpener(desk: SecretDesk): Parameters<typeof openShares>[0] {
  return {
    async openMessage(message, name) {
      const opened = await openMessage(message, desk.lockbox);
      return 'problem' in opened ? opened : new Secret(name, opened.text.trim());
    },
  };
}

/** The keys in a file. What opens it may be asked for. */
export async function openedKeys(
  file: string,
  cluster: string,
  desk: SecretDesk,
): Promise<{readonly problem: string} | ClusterKeys> {
  const opened = await openFile(file, desk.lockbox);
  if (!('text' in opened))
    return {problem: opened.hint === undefined ? opened.message : `${opened.message} (${opened.hint})`};
  if (opened.format === 'none')
    return {problem: 'it is not encrypted: whoever can read the file has the keys'};
  const read = readKeys(new Secret(`keys of ${cluster}`, opened.text), cluster);
  return (
    read ?? {problem: 'it holds no keys of a cluster, as vprov or `operator init -format=json` writes them'}
  );
}

function linesOf(one: Verified): readonly string[] {
  if ('problem' in one) return [`${one.file}: ${one.problem}`];
  const {shares, here, threshold, together, login, mistakes, warnings} = one;
  const held = here === undefined ? '' : ` to keys of OpenPGP, ${here} opened here`;
  const what = `opened; ${countOf(shares, 'share')}${held}, ${threshold} of which unseal${together === 'proved' ? ', and belong together' : ''}`;
  const access = login ? "; vprov's login is kept" : '; no login for vprov';
  return [`${one.file}: ${what}${access}`, ...[...mistakes, ...warnings].map((text) => `  ${text}`)];
}
