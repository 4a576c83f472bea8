import type {Command} from 'commander';
import type {Event} from '../engine/index.ts';
import type {Reporter} from '../report/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {withoutPassword} from './passwords.ts';
import {addPlaybookFlags, type PlaybookFlags, sharedOptions} from './playbook-flags.ts';
import {playbooksOf} from './playbooks.ts';
import {chooseReporter} from './reporter.ts';
import {addRunningFlags, type RunningFlags, runningOptions} from './running-flags.ts';
import type {Terminal} from './terminal.ts';

type DriftFlags = PlaybookFlags & RunningFlags;

const examples = `
Examples:
  vprov drift                              all of playbooks/
  vprov drift playbooks/vault.yml --diff   with the contents that differ
  0 6 * * * cd fleet && vprov drift        in a crontab: a mail only for drift

Says what is not as declared, and nothing else: where all is well, nothing
(-v: a summary). Commands are not asked whether they would do something, and
what can be known only after a run is no drift.

Exit codes: 0 all is as declared, 3 drift, or something wants
attention, else as of vprov run
`;

/** `vprov drift [PLAYBOOK…]`. @param finish receives the exit code */
export function addDriftCommand(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const command = addPlaybookFlags(
    program
      .command('drift')
      .description('Say what on the hosts is not as declared')
      .argument('[paths...]', 'playbooks, or folders of playbooks (default: playbooks/)'),
  );
  addRunningFlags(command)
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], flags: DriftFlags) => {
      const playbooks = playbooksOf(paths, terminal);
      if (playbooks.length === 0) return finish(1);
      const running = await runningOptions(flags, terminal);
      if (!running) return finish(withoutPassword(terminal));
      const {drift} = await loadEngine();
      let exitCode = 0;
      for (const playbook of playbooks) {
        const reporter = chooseReporter(terminal, {
          format: flags.output,
          colour: flags.color,
          verbosity: flags.verbose ?? 0,
          diff: flags.diff === true,
          mode: 'check',
          toStderr: false,
        });
        const options = {
          ...sharedOptions(playbook, flags, terminal),
          ...running,
          detailedExitcode: false,
        };
        const told = flags.verbose ? reporter : onlyNews(reporter);
        exitCode = worse(exitCode, await execute(() => drift(options), told, terminal));
      }
      finish(exitCode);
    });
}

/** Drift is the least of what may be wrong. */
function worse(one: number, other: number): number {
  return one === 0 || (one === 3 && other !== 0) ? other : one;
}

const frame: ReadonlySet<Event['type']> = new Set(['run', 'play', 'host', 'task-start', 'progress']);

/** Tells the frame around news (plays, hosts, the summary) only when there are any. */
function onlyNews(reporter: Reporter): Reporter {
  let held: Event[] | undefined = [];
  return {
    ...reporter,
    event(event) {
      const isNews = !frame.has(event.type) || (event.type === 'host' && event.status === 'unreachable');
      if (held && isNews && (event.type !== 'summary' || event.exitCode !== 0)) {
        for (const one of held) reporter.event(one);
        held = undefined;
      }
      if (held) held.push(event);
      else reporter.event(event);
    },
  };
}
