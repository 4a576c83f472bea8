import {randomInt} from 'node:crypto';
import {relative} from 'node:path';
import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {Play} from '../playbook/index.ts';
import {Batch} from './batch.ts';
import {type Course, courseOf} from './batches.ts';
import {allEnded, Slots} from './concurrency.ts';
import {quorumGrown, selectedIn} from './foreseeable.ts';
import {holdingOf} from './holding.ts';
import type {HostRun} from './host-run.ts';
import {HostRuns} from './host-runs.ts';
import {learnedBefore} from './hostvars.ts';
import type {OwedHandler} from './journal.ts';
import {definerOf, nameBegun, playName} from './label.ts';
import {playScope} from './play-scope.ts';
import type {PlayHosts} from './project.ts';
import {type Guard, Quorum, unguarded} from './quorum.ts';
import type {Shared} from './shared.ts';
import {Interrupted} from './stop.ts';
import {stopRule} from './stop-rule.ts';

/** Why nothing more is done, and the hosts that the play did not come to. */
interface Halt {
  readonly reason: string;
  readonly left: readonly string[];
}

/** Every play of the project, one after the other, each on its hosts, batch after batch. @throws Interrupted */
export async function playProject(shared: Shared): Promise<void> {
  const {project, options, emit, run, tally} = shared;
  const names = [...new Set(project.plays.flatMap(({hosts, open}) => (open ? [] : hosts)))];
  const hosts = new HostRuns(shared);
  const mode = options.mode === 'check' ? 'check' : 'run';
  const playbook = relative(options.cwd, project.playbook.file);
  emit({type: 'run', run, playbook, mode, hosts: names, inventory: options.inventory});
  for (const name of names) tally.host(name);
  try {
    for (const [index, one] of project.plays.entries()) {
      const later = project.plays.slice(index + 1);
      const halt = await begin(one, hosts, shared, later);
      if (!halt) continue;
      tellHalt(halt, later, shared);
      return;
    }
  } finally {
    await hosts.close();
    tellOwed(tally.names(), shared);
  }
}

/** A play, with the hosts that there are now. */
async function begin(
  one: PlayHosts,
  hosts: HostRuns,
  shared: Shared,
  later: Shared['project']['plays'],
): Promise<Halt | undefined> {
  const {play} = one;
  const selected = hostsNow(one, shared);
  if (!selected) return {reason: `${playName(play)} has a mistake`, left: []};
  for (const name of selected) shared.tally.host(name);
  return playOne(play, selected, hosts, shared, later);
}

/** Undefined for a mistake that showed only now, which is told. */
function hostsNow({play, hosts, awaits, open}: PlayHosts, shared: Shared): readonly string[] | undefined {
  const {project, inventory, ports, emit} = shared;
  const isAsWritten = inventory.current === inventory.asWritten && inventory.unknown === undefined;
  if (!project.mayGrow || (isAsWritten && !awaits && !open)) return hosts;
  const prompted = project.prompted.get(play);
  const selected = selectedIn(inventory, play, project, ports, prompted);
  if (selected.diagnostics.length > 0) return mistaken(selected.diagnostics, shared);
  if (play.quorum) {
    const written = selectedIn({current: inventory.asWritten}, play, project, ports, prompted);
    if (selected.open || !isSame(selected.hosts, written.hosts)) return mistaken([quorumGrown(play)], shared);
  }
  const tell = (message: string): void => emit({type: 'note', message: `${playName(play)}: ${message}`});
  if (inventory.unknown) tell('which hosts join it is known after the run');
  else for (const {diagnostic} of selected.unmatched) tell(diagnostic.message);
  return selected.open ? [] : selected.hosts;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((host) => b.includes(host));
}

function mistaken(diagnostics: readonly Diagnostic[], {emit, tally}: Shared): undefined {
  for (const diagnostic of diagnostics) emit({type: 'diagnostic', diagnostic});
  tally.mistaken = true;
}

async function playOne(
  play: Play,
  selected: readonly string[],
  hosts: HostRuns,
  shared: Shared,
  later: Shared['project']['plays'],
): Promise<Halt | undefined> {
  const {emit} = shared;
  const course = courseFor(play, selected, shared);
  if (!course) return {reason: `${playName(play)} has a mistake`, left: selected};
  const hold = holdingOf({names: wholeOf(play, shared), hosts, forks: shared.options.forks, emit});
  for (const [index, names] of course.batches.entries()) {
    const left = course.batches.slice(index + 1).flat();
    const quorum = play.quorum ? {quorum: true as const} : {};
    const batch = course.batches.length > 1 ? {batch: {number: index + 1, of: course.batches.length}} : {};
    emit({type: 'play', name: playName(play), source: play.source, hosts: names, ...batch, ...quorum});
    if (play.quorum && index === 0 && !(await reachAll(play, selected, hosts, shared))) return undefined;
    const taking = aliveOf(names, hosts);
    try {
      await playBatch({play, course, selected, names, taking, hosts, shared, hold});
    } catch (error) {
      if (error instanceof Interrupted) tellInterrupted(taking, {reason: 'interrupted', left}, later, shared);
      throw error;
    }
    const lived = aliveOf(names, hosts).length;
    // As Ansible has it: what no host of a batch lived through is tried on no other.
    if (taking.length > 0 && lived === 0) return {reason: `no host of ${playName(play)} is left`, left};
    if (play.quorum && lived < names.length && left.length > 0)
      return {reason: 'a host failed, and this play is over a quorum', left};
  }
  return undefined;
}

/** Undefined for a mistake that showed only now: in what a command of a template gave. It is told. */
function courseFor(play: Play, selected: readonly string[], shared: Shared): Course | undefined {
  const {project, inventory, ports} = shared;
  try {
    const scope = playScope(play, {...project, inventory}, ports, project.prompted.get(play));
    nameBegun(play, scope);
    return courseOf(selected, play.pace, scope, random);
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    return mistaken(error.diagnostics, shared);
  }
}

/** The hosts of a play, those that `--limit` leaves out, too. */
function wholeOf(play: Play, {project, inventory, ports}: Shared): readonly string[] {
  const whole = {...project, limit: undefined};
  return selectedIn(inventory, play, whole, ports, project.prompted.get(play)).hosts;
}

interface OneBatch {
  readonly play: Play;
  readonly course: Course;
  /** The hosts of the play. */
  readonly selected: readonly string[];
  /** Those of the batch; those of them that take part. */
  readonly names: readonly string[];
  readonly taking: readonly HostRun[];
  readonly hosts: HostRuns;
  readonly shared: Shared;
  readonly hold: Guard['hold'];
}

async function playBatch({
  play,
  course,
  selected,
  names,
  taking,
  hosts,
  shared,
  hold,
}: OneBatch): Promise<void> {
  const batch = new Batch(
    taking.map((host) => host.name),
    new Slots(shared.options.forks),
  );
  const among = {
    batch,
    hosts,
    guard: play.quorum ? new Quorum(batch, hold) : unguarded,
    stopsWhen: course.inStep || shared.steps ? stopRule(course.bearsFailures, names.length) : undefined,
    forcesHandlers: play.pace.forceHandlers || shared.options.forceHandlers === true,
  };
  const {project, inventory} = shared;
  const prompted = project.prompted.get(play);
  const one = {
    play,
    playHosts: selected,
    ...(prompted ? {prompted} : {}),
    before: learnedBefore(inventory.current.hosts.keys(), (name) => hosts.known(name)?.learned),
  };
  await allEnded(
    taking.map((host) =>
      batch.through(host.name, async () => {
        await host.connect(play.pace.ignoreUnreachable);
        await host.play(one, among);
        return {failed: host.status === 'failed' || host.status === 'unreachable'};
      }),
    ),
  );
}

/** A play over a quorum does not begin on some while others cannot be reached: it must not shrink the quorum further. */
async function reachAll(
  play: Play,
  selected: readonly string[],
  hosts: HostRuns,
  {emit, options}: Shared,
): Promise<boolean> {
  const slots = new Slots(options.forks);
  await allEnded(
    aliveOf(selected, hosts).map(async (host) => {
      const leave = await slots.take();
      await host.connect().finally(leave);
    }),
  );
  const reached = aliveOf(selected, hosts).map((host) => host.name);
  const missing = selected.filter((name) => !reached.includes(name));
  if (missing.length === 0) return true;
  emit({
    type: 'note',
    message: `${playName(play)}: nothing was done, because ${missing.join(', ')} ${missing.length === 1 ? 'takes' : 'take'} no part, and this play is over a quorum`,
  });
  return false;
}

function aliveOf(names: readonly string[], hosts: HostRuns): readonly HostRun[] {
  return names.map((name) => hosts.of(name)).filter((host) => host.status === 'alive');
}

/** What is not begun any more, if there is any. */
function tellHalt({reason, left}: Halt, later: Shared['project']['plays'], {emit}: Shared): void {
  const plays = later.filter(({hosts, awaits}) => hosts.length > 0 || awaits).map(({play}) => playName(play));
  const parts = [
    ...(left.length > 0 ? [`on ${left.join(', ')}`] : []),
    ...(plays.length > 0 ? [`the ${plays.length === 1 ? 'play' : 'plays'} ${plays.join(', ')}`] : []),
  ];
  if (parts.length > 0) emit({type: 'note', message: `${reason}; not begun: ${parts.join(', ')}`});
}

/** What is left of an interrupted run, and where. */
function tellInterrupted(
  taking: readonly HostRun[],
  halt: Halt,
  later: Shared['project']['plays'],
  shared: Shared,
): void {
  for (const host of taking) {
    const message = host.leftOff();
    if (message !== undefined) shared.emit({type: 'note', host: host.name, message});
  }
  tellHalt(halt, later, shared);
}

/** A failure may quote a whole journal, which was shown where it failed. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** At least 0, less than 1. */
function random(): number {
  return randomInt(2 ** 32) / 2 ** 32;
}

/** What stays owed, whoever notified it. */
function tellOwed(names: readonly string[], shared: Shared): void {
  const {tally, emit, softSignal} = shared;
  const otherwise = softSignal.aborted ? 'the run was interrupted' : 'it was not run';
  for (const host of names) {
    for (const mark of tally.owed(host)) {
      const {handler, playbook, since} = mark;
      const ours = firstLine(tally.reason(host) ?? otherwise);
      const reason = isOfThisRun(mark, shared) ? ours : 'no play of this run has it';
      emit({type: 'owed', host, handler, playbook, since, reason});
    }
  }
}

/** What happened in this run is a reason only for what it would have run: not for handlers of other playbooks. */
function isOfThisRun(mark: OwedHandler, {run, project, options}: Shared): boolean {
  if (mark.run === run) return true;
  return project.plays.some(({play}) =>
    play.handlers.some(
      (handler) =>
        handler.handlerName === mark.handler &&
        definerOf(handler, relative(options.cwd, play.file)) === mark.of,
    ),
  );
}
