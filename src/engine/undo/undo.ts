import {dirname, join, resolve} from 'node:path';
import {cacheDirectory} from '../../cache/index.ts';
import {type Diagnostic, errorDiagnostic, hasError} from '../../errors/index.ts';
import {type Inventory, selectHosts} from '../../inventory/index.ts';
import {readSealed} from '../../source/index.ts';
import {Batch} from '../batch.ts';
import {allEnded, Slots} from '../concurrency.ts';
import {secretsDescribed} from '../described-secrets.ts';
import {DigestCache} from '../digest-cache.ts';
import type {EventBody} from '../effect.ts';
import type {ExitCode} from '../events.ts';
import {readExtraVars} from '../extra-vars.ts';
import {holdingOf} from '../holding.ts';
import {HostRuns} from '../host-runs.ts';
import {LocalFiles} from '../local-files.ts';
import {stopAt} from '../mistakes.ts';
import type {Run, RunOptions} from '../options.ts';
import {kindsFor, outsetOf, secretsOf} from '../outset.ts';
import {createPorts} from '../ports.ts';
import type {Project} from '../project.ts';
import {Quorum, unguarded} from '../quorum.ts';
import {askInventoryOf, readInventory} from '../read-inventory.ts';
import {recordCodes} from '../records/codes.ts';
import {readRecord} from '../records/read.ts';
import {releaseStore} from '../release-store.ts';
import {RunInventory} from '../run-inventory.ts';
import {runName} from '../run-name.ts';
import type {Shared} from '../shared.ts';
import {Interrupted} from '../stop.ts';
import type {Tally} from '../tally.ts';
import {telling} from '../telling.ts';
import {interpretUndo} from './interpret.ts';
import {laterRuns} from './later.ts';
import {type HostPast, mayTakeBack, pastOf} from './past.ts';

export interface UndoOptions
  extends Omit<RunOptions, 'playbook' | 'mode' | 'tags' | 'skipTags' | 'printProbes' | 'records'> {
  /** The run to take back: its name, or a beginning or end of it, or `last`. */
  readonly run: string;
  readonly mode: 'run' | 'check';
  /** Where the records of runs are, and this one's will be. */
  readonly records: string;
}

type Past = ReturnType<typeof pastOf>;

/**
 * Takes back what a run changed, host by host, the last change first, as far as the hosts are still as it left them.
 * It is a run itself: verified, under the lock, recorded, and to be taken back in its turn.
 */
export function undo(options: UndoOptions): Run {
  const {records, now} = options;
  const recorded = options.mode === 'run' ? {now, records} : {now};
  return telling(recorded, (emit, tally) => takeBack(options, emit, tally));
}

async function takeBack(
  options: UndoOptions,
  send: (event: EventBody) => void,
  tally: Tally,
): Promise<ExitCode> {
  const past = pastOf(readRecord(options.records, options.run));
  const playbookFile = resolve(options.cwd, past.start.playbook);
  const {lockbox, ...outset} = outsetOf(options, send);
  const inventoryNamed = options.inventory.length > 0 ? options.inventory : (past.start.inventory ?? []);
  const named = {inventory: inventoryNamed, cwd: options.cwd};
  const answers = await askInventoryOf(named, outset);
  const {project, diagnostics} = await readSealed(lockbox, (opener) => {
    const found: Diagnostic[] = [];
    const inventory = readInventory(named, dirname(playbookFile), found, {opener, answers});
    const extra = readExtraVars(options.extraVars, undefined, options.cwd, opener);
    found.push(...extra.diagnostics);
    const read: Project | undefined = inventory && {
      playbook: noPlays(playbookFile),
      inventory,
      extraVars: extra.layer,
      plays: [],
      mayGrow: false,
      limit: undefined,
      prompted: new Map(),
      variablesUnread: false,
      secrets: secretsDescribed([]),
    };
    return {project: read, diagnostics: found};
  });
  for (const secret of lockbox.secrets()) outset.redactor.add(secret);
  if (!project) return stopAt(diagnostics, outset.emit);
  for (const secret of secretsOf(project)) outset.redactor.add(secret);
  outset.named.add(project, []);
  const {hosts, mistakes} = selected(past, project.inventory, options);
  if (hasError([...diagnostics, ...mistakes])) return stopAt([...diagnostics, ...mistakes], outset.emit);
  const {environment} = options;
  const playDirectory = dirname(playbookFile);
  const onSecret: Parameters<typeof createPorts>[0]['onSecret'] = (secret) => outset.redactor.add(secret);
  const {catalogue} = outset;
  const shared: Shared = {
    ...outset,
    house: {catalogue, kinds: kindsFor(options), library: project.playbook.library},
    options: {...options, playbook: past.start.playbook, tags: [], skipTags: []},
    project,
    inventory: new RunInventory(project.inventory),
    files: new LocalFiles(
      playDirectory,
      new DigestCache(cacheDirectory(environment)),
      releaseStore(options, project, playDirectory),
    ),
    tally,
    run: runName(options.now()),
    undoes: past.start.run,
    selects: () => true,
    ports: createPorts({environment, playDirectory, runsCommands: false, onSecret}),
    onProbe: () => undefined,
  };
  try {
    await takeBackOn(hosts, past, shared, options);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return outset.softSignal.aborted ? 130 : tally.exitCode(options.detailedExitcode);
}

/** What a run has besides: an undo has no plays of its own. */
function noPlays(file: string): Project['playbook'] {
  return {
    file,
    plays: [],
    unread: {facts: false, names: new Set()},
    hushed: new Set(),
    neighbours: {instead: new Set(), named: new Set()},
    library: {
      included: () => ({entries: [], handlers: [], diagnostics: []}),
      variables: () => ({vars: undefined, lost: new Set(), diagnostics: []}),
    },
  };
}

/** The hosts on which the run changed something, and that `--limit` leaves. */
function selected(
  past: Past,
  inventory: Inventory,
  {limit}: UndoOptions,
): {hosts: readonly HostPast[]; mistakes: readonly Diagnostic[]} {
  const limited = limit === undefined ? undefined : selectHosts(inventory, limit);
  const mistakes = (limited?.diagnostics ?? []).map((one) => ({...one, message: `--limit: ${one.message}`}));
  const hosts = past.hosts.filter(({host}) => limited?.hosts.includes(host) ?? true);
  const unknown = hosts
    .filter((past) => mayTakeBack(past) && !inventory.hosts.has(past.host))
    .map(({host}) => host);
  if (unknown.length > 0)
    mistakes.push(
      errorDiagnostic(
        recordCodes,
        'RUN003',
        `the inventory has no ${unknown.join(', ')}, which that run changed`,
        {
          hint: '-i names the inventory, --limit leaves hosts out',
        },
      ),
    );
  else if (mistakes.length === 0) mistakes.push(...nothingToTakeBack(hosts, past, limit));
  return {hosts, mistakes};
}

/** On which other hosts there is something that an undo looks for. */
function leftOut(past: Past, chosen: readonly HostPast[]): readonly string[] {
  return past.hosts.filter((one) => mayTakeBack(one) && !chosen.includes(one)).map(({host}) => host);
}

/** A run that was killed may have changed more than it told. */
function nothingToTakeBack(
  hosts: readonly HostPast[],
  past: Past,
  limit: string | undefined,
): readonly Diagnostic[] {
  const {isWhole, failed} = past;
  const {run} = past.start;
  const where = limit === undefined ? '' : ` on ${limit}`;
  const others = leftOut(past, hosts);
  const hint =
    others.length === 0 ? `vprov runs show ${run}` : `--limit leaves out where it did: ${others.join(', ')}`;
  if (hosts.length === 0)
    return [errorDiagnostic(recordCodes, 'RUN004', `run ${run} changed nothing${where}`, {hint})];
  if (!isWhole || failed || hosts.some(({told}) => told.size > 0)) return [];
  const done = [...new Set(hosts.flatMap(({lasting}) => lasting))].join(', ');
  const message = `run ${run} did nothing${where} that undo takes back: ${done}`;
  return [errorDiagnostic(recordCodes, 'RUN004', message, {hint})];
}

async function takeBackOn(
  pasts: readonly HostPast[],
  whole: Past,
  shared: Shared,
  options: UndoOptions,
): Promise<void> {
  const {start, isQuorum} = whole;
  const {emit, run, house, tally} = shared;
  const names = pasts.map(({host}) => host);
  emit({
    type: 'run',
    run,
    playbook: start.playbook,
    mode: options.mode,
    hosts: names,
    inventory: options.inventory.length > 0 ? options.inventory : (start.inventory ?? []),
    undoes: start.run,
  });
  for (const name of names) tally.host(name);
  const others = leftOut(whole, pasts);
  if (others.length > 0) {
    const back = `vprov undo ${start.run} -l ${others.join(',')} takes that back`;
    emit({
      type: 'note',
      message: `left out by --limit, and changed by that run: ${others.join(', ')} (${back})`,
    });
  }
  const source = {file: join(options.records, `${start.run}.jsonl`), line: 1, column: 1};
  emit({
    type: 'play',
    name: `undo of run ${start.run}`,
    source,
    hosts: names,
    ...(isQuorum ? {quorum: true} : {}),
  });
  const batch = new Batch(names, new Slots(options.forks));
  const hosts = new HostRuns(shared);
  const hold = holdingOf({names, hosts, forks: options.forks, emit});
  const guard = isQuorum ? new Quorum(batch, hold) : unguarded;
  const changedSince = laterRuns(options.records, start.run);
  try {
    await allEnded(
      pasts.map((past) =>
        batch.through(past.host, async () => {
          const lasting = past.lasting.join(', ');
          const tellLasting = (): void => {
            if (lasting) emit({type: 'note', host: past.host, message: `not taken back: ${lasting}`});
          };
          if (!mayTakeBack(past)) {
            tellLasting();
            return {failed: false};
          }
          const host = hosts.of(past.host);
          await host.connect();
          if (host.status === 'alive') tellLasting();
          const undoing = {
            ...past,
            run: start.run,
            kinds: house.kinds,
            withDiff: options.diff,
            isCheck: options.mode === 'check',
            isQuorum,
            changedSince: (isOne: (ref: string) => boolean) => changedSince(past.host, isOne),
            now: options.now,
          };
          await host.carryOut(interpretUndo(undoing), {batch, guard, hosts});
          return {failed: host.status === 'failed' || host.status === 'unreachable'};
        }),
      ),
    );
  } finally {
    await hosts.close();
  }
}
