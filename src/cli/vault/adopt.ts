import {existsSync, mkdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import type {Command} from 'commander';
import {hasError} from '../../errors/index.ts';
import {visible} from '../../report/index.ts';
import {isRefusal, refusalOf, replaceFile} from '../../source/index.ts';
import {TransportError} from '../../transport/index.ts';
import {type Adoption, adoptionOf, adoptionSignature} from '../../vault/index.ts';
import type {LoadEngine} from '../engine.ts';
import {interruptedExitCode} from '../interruption.ts';
import {tellMistakes} from '../mistakes.ts';
import {askBecomePassOption} from '../passwords.ts';
import {tellProblem} from '../problems.ts';
import {addReachFlags, type ReachFlags, reachOptions} from '../reach.ts';
import type {Terminal} from '../terminal.ts';

interface AdoptFlags extends ReachFlags {
  readonly group: string;
  readonly replace?: boolean;
}

const unreachableExitCode = 4;

const help = `
It only reads on the hosts. Beside the inventory it writes group_vars/GROUP.yml
and a host_vars/HOST.yml for each host, and nothing else; a file of that name
that it did not write is never touched, and one that it wrote and that says
something else by now only with --replace: it may be you who changed it. Secrets
of a configuration stay on the host: no file here gets them.

Examples:
  vprov vault adopt -i inventory/homelab.yml
  vprov vault adopt -i hosts.yml --group old_vault
  vprov run playbooks/vault.yml -i hosts.yml --check   then changes nothing

Exit codes: 0 written · 1 a mistake in the files or options, or what is there
            cannot be kept as it is · 4 a host could not be reached
`;

/** `vprov vault adopt`. @param finish receives the exit code */
export function addAdoptCommand(
  vault: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addReachFlags(
    vault
      .command('adopt')
      .description(
        'Write down the servers that are there as variables, so that the playbook keeps them as they are',
      )
      .option('--group <name>', 'the group of the inventory that is the cluster', 'vault_servers')
      .option(
        '--replace',
        'write anew what an earlier adoption wrote, with all that was changed there since',
      ),
    true,
  )
    .addOption(askBecomePassOption())
    .addHelpText('after', help)
    .action(async (flags: AdoptFlags) => {
      finish(await adopt(flags, terminal, loadEngine));
    });
}

async function adopt(flags: AdoptFlags, terminal: Terminal, loadEngine: LoadEngine): Promise<number> {
  const {stderr, interruption, cwd} = terminal;
  const options = await reachOptions(flags.group, flags, terminal);
  if (!options) return 1;
  interruption.announce('');
  const {findVaults} = await loadEngine();
  const {diagnostics, files, hosts} = await findVaults({...options, forks: flags.forks});
  tellMistakes(diagnostics, flags.color, terminal);
  if (hasError(diagnostics)) return 1;
  const lost = hosts.flatMap(({found}) => (found instanceof TransportError ? [found] : []));
  for (const problem of lost) tellProblem(problem, terminal, flags.color);
  const {signal} = interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  if (lost.length > 0) {
    stderr.write('nothing was written: what all members have in common is known only when all were seen\n');
    return unreachableExitCode;
  }
  const members = hosts.flatMap(({name, found}) =>
    found instanceof TransportError ? [] : [{host: name, found}],
  );
  const adoption = adoptionOf(flags.group, members);
  if (adoption.refusal !== '') {
    stderr.write(`error: ${visible(adoption.refusal)}\nnothing was written\n`);
    return 1;
  }
  if (!writeAll(folderOf(files, cwd), adoption, flags, terminal)) return 1;
  for (const warning of adoption.warnings) stderr.write(`warning: ${visible(warning)}\n`);
  return 0;
}

/** All files or, where one of them is in the way, none; whether they are there now. */
function writeAll(folder: string, adoption: Adoption, {replace}: AdoptFlags, terminal: Terminal): boolean {
  const {stdout, stderr, cwd} = terminal;
  const inTheWay = foreignFiles(folder, adoption);
  if (inTheWay.length > 0) {
    const named = inTheWay.map((path) => relative(cwd, path)).join(', ');
    stderr.write(`error: already there, and not by vprov vault adopt: ${named}\n`);
    stderr.write(
      '  hint: move each to a folder of its name (group_vars/NAME/main.yml), adopt, and move the new file there, too\n',
    );
    return false;
  }
  const wanted = [...adoption.files].map(([path, text]) => {
    const file = join(folder, path);
    return {file, text, there: existsSync(file) ? readFileSync(file, 'utf8') : undefined};
  });
  const changed = replace ? [] : wanted.flatMap(changedLine);
  if (changed.length > 0) {
    stderr.write(
      'error: written by vprov vault adopt, and not what it would write now; nothing was written\n',
    );
    for (const {file, line} of changed) stderr.write(`  ${relative(cwd, file)}:${line}\n`);
    stderr.write(
      '  hint: they are yours to change: keep them, or move them aside and adopt again to compare; --replace writes over them\n',
    );
    return false;
  }
  for (const {file, text, there} of wanted) {
    try {
      if (there !== text) {
        mkdirSync(dirname(file), {recursive: true});
        replaceFile(file, text);
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      stderr.write(`error: ${relative(cwd, file)} cannot be written: ${refusalOf(error)}\n`);
      return false;
    }
    stdout.write(`${there === text ? 'unchanged' : 'written'}: ${relative(cwd, file)}\n`);
  }
  return true;
}

interface AdoptedFile {
  readonly file: string;
  readonly text: string;
  /** What is there by now; undefined: no file. */
  readonly there: string | undefined;
}

/** A file of an earlier adoption that says something else: from which line on, counted from 1. */
function changedLine({file, text, there}: AdoptedFile): readonly {file: string; line: number}[] {
  if (there === undefined || there === text) return [];
  const [lines, wanted] = [there.split('\n'), text.split('\n')];
  const same = lines.findIndex((line, index) => line !== wanted[index]);
  return [{file, line: (same < 0 ? lines.length : same) + 1}];
}

/** Where the inventory is: variables are read beside it. */
function folderOf(files: readonly string[], cwd: string): string {
  const file = files.find((one) => existsSync(one));
  if (file === undefined) return cwd;
  return statSync(file).isDirectory() ? file : dirname(file);
}

function foreignFiles(folder: string, {files}: Adoption): readonly string[] {
  return [...files.keys()].flatMap((path) => {
    const file = join(folder, path);
    const others = [file.replace(/\.yml$/, '.yaml'), file.replace(/\.yml$/, '')].filter((one) =>
      existsSync(one),
    );
    const isForeign = existsSync(file) && !readFileSync(file, 'utf8').startsWith(adoptionSignature);
    return isForeign ? [file, ...others] : others;
  });
}
