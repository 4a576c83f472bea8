import type {Command} from 'commander';
import type {Event, Run, RunOptions} from '../engine/index.ts';
import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {Reporter} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {interruptedExitCode} from './interruption.ts';
import {addPlaybookFlags, type PlaybookFlags, sharedOptions} from './playbook-flags.ts';
import {playbooksOf} from './playbooks.ts';
import {chooseReporter} from './reporter.ts';
import type {Terminal} from './terminal.ts';

const examples = `
Examples:
  vprov validate                                     all of playbooks/
  vprov validate playbooks/vault.yml                 all mistakes at once
  vprov validate site.yml other.yml -l pi_zero       for some hosts
  vprov validate playbooks/vault.yml --output json   one JSON event per line
  vprov validate --output github                     annotations of a workflow

Exit codes: 0 no mistakes (there may be warnings) · 1 mistakes · 130 interrupted
`;

const formats = {
  pretty: 'for people',
  json: 'one JSON event per line',
  github: 'annotations of a GitHub workflow',
};

/** `vprov validate [PATH…]`. @param finish receives the exit code */
export function addValidateCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  addPlaybookFlags(
    program
      .command('validate')
      .description('Find the mistakes in playbooks, without connecting')
      .argument('[paths...]', 'playbooks, or folders of playbooks (default: playbooks/)'),
    formats,
  )
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], flags: PlaybookFlags) => {
      const playbooks = playbooksOf(paths, terminal);
      if (playbooks.length === 0) return finish(1);
      const {run} = await loadEngine();
      finish(await validate(playbooks, flags, run, terminal));
    });
}

/** Validates one playbook after the other; what several of them share is told once. */
async function validate(
  playbooks: readonly string[],
  flags: PlaybookFlags,
  run: (options: RunOptions) => Run,
  terminal: Terminal,
): Promise<number> {
  const reporter = chooseReporter(terminal, {
    format: flags.output,
    colour: flags.color,
    verbosity: flags.verbose ?? 0,
    diff: false,
    mode: 'validate',
    toStderr: false,
  });
  const started = terminal.now();
  const told = new Set<string>();
  const tell = (diagnostic: Diagnostic): void => {
    const cause = JSON.stringify([diagnostic.code, diagnostic.message, diagnostic.source]);
    if (told.has(cause)) return;
    told.add(cause);
    reporter.event({type: 'diagnostic', v: 1, time: terminal.now(), diagnostic});
  };
  let exitCode: Extract<Event, {type: 'summary'}>['exitCode'] = 0;
  const found = await mistakesOf(playbooks, flags, run, terminal, reporter);
  // --limit may name hosts that some of the playbooks are not for, as long as one of them is.
  const limited = found.filter(({code}) => code === 'INV012').length;
  for (const diagnostic of found) {
    if (diagnostic.code === 'INV012' && limited < playbooks.length) continue;
    if (diagnostic.severity === 'error') exitCode = 1;
    tell(diagnostic);
  }
  const {signal} = terminal.interruption;
  if (signal.aborted) exitCode = interruptedExitCode(signal.reason);
  const durationMs = terminal.now() - started;
  reporter.event({type: 'summary', v: 1, time: terminal.now(), hosts: {}, exitCode, durationMs});
  reporter.end();
  return exitCode;
}

async function mistakesOf(
  playbooks: readonly string[],
  flags: PlaybookFlags,
  run: (options: RunOptions) => Run,
  terminal: Terminal,
  reporter: Reporter,
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const playbook of playbooks) {
    if (terminal.interruption.signal.aborted) break;
    const options: RunOptions = {
      ...sharedOptions(playbook, flags, terminal),
      mode: 'validate',
      diff: false,
      forks: 1,
      detailedExitcode: false,
    };
    try {
      const running = run(options);
      running.done.catch(() => undefined); // awaited below
      for await (const event of running.events) {
        if (event.type === 'diagnostic') found.push(event.diagnostic);
        if (event.type === 'note') reporter.event(event);
      }
      await running.done;
    } catch (error) {
      if (!(error instanceof VprovError)) throw error;
      found.push(...error.diagnostics);
    }
  }
  return found;
}
