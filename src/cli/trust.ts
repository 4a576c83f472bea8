import type {Command} from 'commander';
import type {KeyFinding, ShownHostKey} from '../engine/index.ts';
import {hasError} from '../errors/index.ts';
import {hostKeyLines, visible} from '../report/index.ts';
import type {Engine, LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {tellMistakes} from './mistakes.ts';
import {collect} from './options.ts';
import {inventoryHelp, type KeyFlags, keyOptions} from './playbook-flags.ts';
import {tellProblem} from './problems.ts';
import {hostsArgument} from './reach.ts';
import {type Terminal, wantsColour} from './terminal.ts';

interface TrustFlags extends KeyFlags {
  readonly inventory?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly limit?: string;
  readonly replace?: boolean;
  readonly fingerprint?: readonly string[];
  readonly color: boolean;
}

const unreachableExitCode = 4;

const examples = `
Examples:
  vprov trust                                 all keys that are not known yet
  vprov trust --replace wallpi                after its card was written anew
  vprov trust wallpi --fingerprint SHA256:…   no question, if it shows that key

On the host itself, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub shows the
fingerprint to compare with.

Exit codes: 0 all keys are known now · 1 some are not · 4 a host could not be
reached · 130 interrupted
`;

/** `vprov trust`. @param finish receives the exit code */
export function addTrustCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  program
    .command('trust')
    .description("Show the keys of hosts that are not known yet, and trust them when you say they're right")
    .addArgument(hostsArgument())
    .option('-i, --inventory <file>', inventoryHelp, collect)
    .option('-l, --limit <pattern>', 'only hosts that match this, too')
    .option('-e, --extra-vars <vars>', 'variables: key=value, JSON, or @file (repeatable)', collect)
    .option('--identity <file>', 'identity of age that opens what is encrypted (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of what ansible-vault encrypted')
    .option('--replace', 'also keys that are not the known ones: the new ones take their place')
    .option(
      '--fingerprint <fingerprint>',
      'trust keys of this fingerprint without a question (repeatable)',
      collect,
    )
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)')
    .addHelpText('after', examples)
    .action(async (pattern: string, flags: TrustFlags) => {
      finish(await trust(pattern, flags, terminal, await loadEngine()));
    });
}

async function trust(
  pattern: string,
  flags: TrustFlags,
  terminal: Terminal,
  engine: Engine,
): Promise<number> {
  const {signal} = terminal.interruption;
  // Nothing is changed before the question, which has its own words.
  terminal.interruption.announce('');
  // Hosts behind others show their keys when those on the way are trusted.
  let kept = 0;
  for (let before = ''; ; ) {
    const {diagnostics, findings} = await engine.findHostKeys({
      patterns: [pattern, ...(flags.limit === undefined ? [] : [flags.limit])],
      inventory: flags.inventory ?? [],
      extraVars: (flags.extraVars ?? []).map((text) => ({text})),
      cwd: terminal.cwd,
      environment: terminal.environment,
      signal,
      onWaiting: (message) => void terminal.stderr.write(`${visible(message)}\n`),
      ...keyOptions(flags, terminal),
    });
    tellMistakes(diagnostics, flags.color, terminal);
    if (hasError(diagnostics)) return 1;
    if (signal.aborted) return interruptedExitCode(signal.reason);
    const asked = shownIn(findings, flags.replace ? ['unknown', 'changed'] : ['unknown']);
    const names = asked.map(({hostName}) => hostName).join(' ');
    // The same question again would not end.
    if (asked.length === 0 || names === before) return conclude(findings, flags, terminal);
    before = names;
    const accepted = await accept(asked, flags, terminal, kept);
    if (accepted.length === 0) return leftAlone(findings, flags, terminal);
    if (!(await isKept(accepted, engine, terminal))) return 1;
    kept += accepted.length;
    const files = [...new Set(accepted.map(({file}) => file))].join(', ');
    terminal.stdout.write(
      `trusted from now on: ${accepted.length} ${plural(accepted.length)}, in ${files}\n`,
    );
    if (accepted.length < asked.length) return 1;
  }
}

/** Writes the keys down. @returns whether that could be done; why not, is said */
async function isKept(
  accepted: readonly ShownHostKey[],
  engine: Engine,
  terminal: Terminal,
): Promise<boolean> {
  try {
    await engine.trustKeys(accepted);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !('failure' in error)) throw error;
    const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    tellProblem({message: error.message, hint}, terminal);
    return false;
  }
}

/** One for each address, with the names of all hosts that have it: several names may be of one host, and several hosts behind one. */
function shownIn(
  findings: ReadonlyMap<string, KeyFinding>,
  types: readonly KeyFinding['type'][],
): readonly ShownHostKey[] {
  const found = new Map<string, ShownHostKey>();
  for (const finding of findings.values()) {
    if (!('shown' in finding) || !types.includes(finding.type)) continue;
    const {file, key, hostName} = finding.shown;
    const address = `${file} ${key.host} ${key.port}`;
    const before = found.get(address);
    const names = before ? `${before.hostName}, ${hostName}` : hostName;
    found.set(address, {...finding.shown, hostName: names});
  }
  return [...found.values()];
}

/**
 * @param kept how many keys were trusted in the rounds before
 * @returns those that are right, as somebody says or the fingerprints given
 */
async function accept(
  asked: readonly ShownHostKey[],
  flags: TrustFlags,
  terminal: Terminal,
  kept: number,
): Promise<readonly ShownHostKey[]> {
  const colour = wantsColour(terminal, flags.color);
  const columns = terminal.stdout.isTTY ? (terminal.stdout.columns ?? 80) : undefined;
  terminal.stdout.write(`${hostKeyLines(asked, {colour, columns}).join('\n')}\n`);
  if (flags.fingerprint) {
    const right = asked.filter(({fingerprint}) => flags.fingerprint?.includes(fingerprint));
    for (const one of asked)
      if (!right.includes(one))
        terminal.stderr.write(`error: ${visible(one.hostName)} shows none of the fingerprints given\n`);
    return right;
  }
  if (!terminal.ask) {
    terminal.stderr.write(
      'error: nobody can be asked here whether these are right\n  hint: run it in a terminal, or give --fingerprint for each\n',
    );
    return [];
  }
  const question = `Compare with what each host itself shows. Are ${asked.length === 1 ? 'this key' : 'all of these'} right? [yes/no] `;
  // Of the hosts on the way, keys may be trusted by now.
  const nothing =
    kept === 0
      ? 'nothing was trusted'
      : `no further key was trusted, ${kept} ${kept === 1 ? 'was' : 'were'} before`;
  const takeBack = terminal.interruption.announce(`interrupted; ${nothing}`);
  const answer = await terminal.ask(question.replace('Are this key', 'Is this key'), true);
  takeBack();
  if (answer?.trim().toLowerCase() === 'yes') return asked;
  if (!terminal.interruption.signal.aborted) terminal.stdout.write(`${nothing}: only \`yes\` does that\n`);
  return [];
}

/** The end where no key was accepted. @returns the exit code */
function leftAlone(findings: ReadonlyMap<string, KeyFinding>, flags: TrustFlags, terminal: Terminal): number {
  const {signal} = terminal.interruption;
  if (signal.aborted) return interruptedExitCode(signal.reason);
  conclude(findings, flags, terminal);
  return 1;
}

/** Says what is left. @returns the exit code */
function conclude(findings: ReadonlyMap<string, KeyFinding>, flags: TrustFlags, terminal: Terminal): number {
  const {stdout} = terminal;
  let exitCode = 0;
  for (const finding of findings.values()) {
    if (finding.type === 'failed') {
      tellProblem(finding.error, terminal);
      if (finding.error.failure === 'host-key') exitCode = 1;
      else if (exitCode === 0) exitCode = unreachableExitCode;
    } else if (finding.type === 'changed' && !flags.replace) {
      tellProblem(finding, terminal);
      exitCode = 1;
    } else if (finding.type !== 'known') exitCode = 1;
  }
  if (exitCode === 0) stdout.write(`all keys are known: ${findings.size} ${plural(findings.size, 'host')}\n`);
  return exitCode;
}

function plural(count: number, word = 'key'): string {
  return count === 1 ? word : `${word}s`;
}
