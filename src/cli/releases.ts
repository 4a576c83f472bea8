import type {Command} from 'commander';
import type {RunOptions} from '../engine/index.ts';
import type {LoadEngine} from './engine.ts';
import {execute} from './execute.ts';
import {addPlaybookFlags, type PlaybookFlags, sharedOptions} from './playbook-flags.ts';
import {playbooksOf} from './playbooks.ts';
import {chooseReporter} from './reporter.ts';
import type {Terminal} from './terminal.ts';

const fetchExamples = `
Examples:
  vprov release fetch                     of all playbooks in playbooks/
  vprov release fetch playbooks/vault.yml -i inventory/homelab.yml

Fetches and verifies the programs for the boards of the inventory, and writes
down in vprov.lock what they are. Then a run needs no network but that of its
hosts: copy ~/.cache/vprov/releases to where there is none. No host is
contacted: which program a host needs must stand in the inventory (board or
arch), else it is a mistake.

Exit codes: 0 all are in the cache, 1 mistakes, or something cannot be had,
  130 interrupted (143: by SIGTERM): the next goes on where this one was
`;

const updateExamples = `
Examples:
  vprov update                        all playbooks of playbooks/
  vprov update playbooks/vault.yml    then git diff vprov.lock, and commit it

Resolves version: auto anew: the newest release known to this vprov that runs
on all hosts of a cluster. Fetches it, verifies it, and writes it into
vprov.lock. Installed is nothing: that is what the next run does.

Exit codes: 0 done, 1 mistakes, or something cannot be had,
  130 interrupted (143: by SIGTERM)
`;

/** `vprov release fetch` and `vprov update`. @param finish receives the exit code */
export function addReleaseCommands(
  program: Command,
  terminal: Terminal,
  loadEngine: LoadEngine,
  finish: (exitCode: number) => void,
): void {
  const act =
    (releases: 'fetch' | 'update') =>
    async (paths: readonly string[], flags: PlaybookFlags): Promise<void> => {
      const playbooks = playbooksOf(paths, terminal);
      if (playbooks.length === 0) return finish(1);
      const {run} = await loadEngine();
      let exitCode = 0;
      for (const playbook of playbooks) {
        const options: RunOptions = {
          ...sharedOptions(playbook, flags, terminal),
          mode: 'validate',
          releases,
          diff: false,
          forks: 1,
          detailedExitcode: false,
        };
        const reporter = chooseReporter(terminal, {
          format: flags.output,
          colour: flags.color,
          verbosity: flags.verbose ?? 0,
          diff: false,
          mode: 'validate',
          toStderr: false,
        });
        exitCode = Math.max(exitCode, await execute(() => run(options), reporter, terminal));
        if (terminal.interruption.signal.aborted) break;
      }
      finish(exitCode);
    };
  const release = program.command('release').description('Programs and their releases');
  addPlaybookFlags(
    release
      .command('fetch')
      .description('Fetch and verify the programs that playbooks install')
      .argument('[paths...]', 'playbooks, or folders of playbooks (default: playbooks/)'),
  )
    .addHelpText('after', fetchExamples)
    .action(act('fetch'));
  addPlaybookFlags(
    program
      .command('update')
      .description('Move vprov.lock to the newest releases that all hosts run')
      .argument('[paths...]', 'playbooks, or folders of playbooks (default: playbooks/)'),
  )
    .addHelpText('after', updateExamples)
    .action(act('update'));
}
