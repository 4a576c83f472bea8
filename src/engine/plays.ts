import {relative} from 'node:path';
import type {Play} from '../playbook/index.ts';
import {eachLimited} from './concurrency.ts';
import {HostRun, type Shared} from './host-run.ts';
import {playName} from './label.ts';
import {apart, Quorum} from './quorum.ts';

/** Every play of the project, one after the other, each on its hosts at their own pace. @throws Interrupted */
export async function playProject(shared: Shared): Promise<void> {
  const {project, options, emit, run} = shared;
  const names = [...new Set(project.plays.flatMap((one) => one.hosts))];
  const hosts = new Map(names.map((name) => [name, newHostRun(name, shared)]));
  const mode = options.mode === 'check' ? 'check' : 'run';
  emit({type: 'run', run, playbook: relative(options.cwd, project.playbook.file), mode, hosts: names});
  for (const name of names) shared.tally.host(name);
  try {
    for (const {play, hosts: selected} of project.plays) {
      const taking = selected
        .flatMap((name) => hosts.get(name) ?? [])
        .filter((host) => host.status === 'alive');
      await playOne(play, selected, taking, shared);
    }
  } finally {
    await Promise.all([...hosts.values()].map((host) => host.close()));
    tellOwed(names, shared);
  }
}

async function playOne(
  play: Play,
  selected: readonly string[],
  hosts: readonly HostRun[],
  shared: Shared,
): Promise<void> {
  const {options, project, emit} = shared;
  emit({type: 'play', name: playName(play), source: play.source, hosts: selected});
  const one = {play, playbookFile: project.playbook.file, playHosts: selected};
  if (!play.quorum) {
    return eachLimited(hosts, options.forks, async (host) => {
      await host.connect();
      await host.play(one, apart);
    });
  }
  await eachLimited(hosts, options.forks, (host) => host.connect());
  if (!allReached(play, selected, hosts, shared)) return;
  const quorum = new Quorum(hosts.map((host) => host.name));
  // All at once, whatever --forks says: they wait for one another before the first change.
  await eachLimited(hosts, hosts.length, (host) => host.play(one, quorum));
}

/** A play over a quorum does not begin on some while others cannot be reached: it must not shrink the quorum further. */
function allReached(
  play: Play,
  selected: readonly string[],
  hosts: readonly HostRun[],
  {emit}: Shared,
): boolean {
  const reached = hosts.filter((host) => host.status === 'alive').map((host) => host.name);
  const missing = selected.filter((name) => !reached.includes(name));
  if (missing.length === 0) return true;
  emit({
    type: 'note',
    message: `${playName(play)}: nothing was done, because ${missing.join(', ')} ${missing.length === 1 ? 'takes' : 'take'} no part, and this play is over a quorum`,
  });
  return false;
}

function newHostRun(name: string, shared: Shared): HostRun {
  const host = shared.project.inventory.hosts.get(name);
  if (!host) throw new Error(`host ${name} was selected and is not in the inventory`);
  return new HostRun(host, shared);
}

/** A failure may quote a whole journal, which was shown where it failed. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** What stays owed, whoever notified it. */
function tellOwed(names: readonly string[], {tally, emit, softSignal}: Shared): void {
  const otherwise = softSignal.aborted ? 'the run was interrupted' : 'it was not run';
  for (const host of names) {
    for (const mark of tally.owed(host)) {
      const {handler, playbook, since} = mark;
      emit({
        type: 'owed',
        host,
        handler,
        playbook,
        since,
        reason: firstLine(tally.reason(host) ?? otherwise),
      });
    }
  }
}
