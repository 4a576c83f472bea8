import {randomBytes} from 'node:crypto';
import {dirname} from 'node:path';
import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {type Catalogue, catalogue} from '../modules/index.ts';
import {selectedByTags, unusedDefaults} from '../playbook/index.ts';
import {composeProbe, kinds, mergeRefs, type Ref} from '../resources/index.ts';
import {createLockbox, keySources, readSealed, withoutEchoes} from '../source/index.ts';
import {mask, Redactor, type Secret} from '../text/index.ts';
import {createConnector} from '../transport/index.ts';
import {createChannel} from './channel.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';
import {DigestCache} from './digest-cache.ts';
import type {EventBody, House} from './effect.ts';
import {type Event, type ExitCode, eventVersion, type Summary} from './events.ts';
import {newMarker} from './host.ts';
import type {Shared} from './host-run.ts';
import {inventoryLayers} from './hostvars.ts';
import {journalKind} from './journal.ts';
import {playName} from './label.ts';
import {LocalFiles} from './local-files.ts';
import type {Run, RunOptions} from './options.ts';
import {playProject} from './plays.ts';
import {createPorts} from './ports.ts';
import {cacheDirectory, loadProject, type Project} from './project.ts';
import {answered, asking} from './prompts.ts';
import {RecordWriter} from './records/write.ts';
import {redacted} from './redaction.ts';
import {secretsIn} from './secret-variables.ts';
import {Interrupted} from './stop.ts';
import {Tally} from './tally.ts';
import {withUsualHint} from './usual-hints.ts';
import {validateProject} from './validation.ts';

/**
 * Runs a playbook: reads and validates everything, then brings its hosts to their state, or says what that would
 * change. Nothing is printed and nothing exits: events tell all, `done` gives the summary.
 * `done` rejects only on a defect.
 */
export function run(options: RunOptions, modules: Catalogue = catalogue()): Run {
  const channel = createChannel<Event>();
  const record =
    options.records === undefined ? undefined : recordIn(options.records, (event) => emit(event));
  const emit = (event: EventBody): void => {
    const stamped: Event = {v: eventVersion, time: options.now(), ...event};
    record?.write(stamped);
    channel.push(stamped);
  };
  const done = perform(options, emit, modules).finally(() => {
    record?.end();
    channel.end();
  });
  // Whoever reads the events first awaits it later: until then a defect must not count as one that nobody handles.
  done.catch(() => undefined);
  return {events: channel.values, done};
}

function recordIn(folder: string, emit: (event: EventBody) => void): RecordWriter {
  return new RecordWriter(folder, (reason) =>
    emit({type: 'note', message: `no record of this run is kept in ${folder}: ${reason}`}),
  );
}

async function perform(
  options: RunOptions,
  send: (event: EventBody) => void,
  modules: Catalogue,
): Promise<Summary> {
  const started = options.now();
  const tally = new Tally();
  let run: string | undefined;
  const emit = (event: EventBody): void => {
    if (event.type === 'run') run = event.run;
    tally.count(event);
    send(event);
  };
  const exitCode = await carryOut(printed(options), emit, tally, modules);
  const summary: Summary = {
    hosts: tally.hosts(),
    exitCode,
    durationMs: options.now() - started,
    ...(tally.wrote && run !== undefined ? {run} : {}),
  };
  emit({type: 'summary', ...summary});
  return summary;
}

async function carryOut(
  options: RunOptions,
  send: (event: EventBody) => void,
  tally: Tally,
  modules: Catalogue,
): Promise<ExitCode> {
  const redactor = new Redactor();
  const emit = (event: EventBody): void => send(redacted(event, redactor));
  const {environment} = options;
  const onSecret = (secret: Secret): void => redactor.add(secret);
  const prompt = options.prompt && asking(options.prompt, redactor);
  const lockbox = createLockbox(keySources({...options.keys, environment, cwd: options.cwd, ask: prompt}));
  const {project, diagnostics} = await readSealed(lockbox, (opener) =>
    loadProject(options, modules, onSecret, opener),
  );
  for (const secret of lockbox.secrets()) redactor.add(secret);
  if (!project) return stopAt(diagnostics, emit);
  const house: House = {
    catalogue: modules,
    kinds: new Map([...kinds, [journalKind.kind, journalKind]]),
    library: project.playbook.library,
  };
  const several = new Set(project.plays.flatMap(({hosts}) => hosts));
  if (options.printProbes !== undefined && several.size > 1) return stopAt([oneHostOnly([...several])], emit);
  for (const secret of secretsOf(project)) redactor.add(secret);
  const digests = new DigestCache(cacheDirectory(options.environment));
  const playDirectory = dirname(project.playbook.file);
  const files = new LocalFiles(playDirectory, digests);
  const selects: Context['selects'] = (task) =>
    selectedByTags(task.tags, {tags: options.tags, skipTags: options.skipTags});
  const mistakes = withoutEchoes([
    ...diagnostics,
    // With a misspelt tag nobody knows which tasks are meant: all are looked at.
    ...(await validateProject(
      project,
      house,
      files,
      hasError(diagnostics) ? () => true : selects,
      options.now,
      createPorts({environment: options.environment, playDirectory, runsCommands: false, onSecret}),
    )),
  ]).map(withUsualHint);
  if (hasError(mistakes)) return stopAt(mistakes, emit);
  for (const diagnostic of mistakes) emit({type: 'diagnostic', diagnostic});
  if (options.listHosts) {
    for (const {play, hosts} of project.plays)
      emit({type: 'play', name: playName(play), source: play.source, hosts});
    return 0;
  }
  if (options.mode === 'validate') {
    // Beside a mistake this would be an echo: a misspelt name leaves the right one unread.
    for (const diagnostic of unusedDefaults(project.playbook)) emit({type: 'diagnostic', diagnostic});
    return 0;
  }
  const hardSignal = options.hardSignal ?? new AbortController().signal;
  const softSignal = AbortSignal.any([options.signal, hardSignal]);
  const run = runName(options.now());
  const ports = createPorts({environment: options.environment, playDirectory, runsCommands: true, onSecret});
  const asked = await answered(project, ports, prompt);
  if (softSignal.aborted) return 130;
  if ('diagnostics' in asked) return stopAt(asked.diagnostics, emit);
  return playLive({
    connect: createConnector({environment, ...(prompt ? {ask: prompt} : {})}),
    options,
    softSignal,
    hardSignal,
    house,
    project: asked,
    files,
    tally,
    run,
    selects,
    ports,
    redactor,
    emit,
  });
}

async function playLive(fixed: Omit<Shared, 'onProbe'>): Promise<ExitCode> {
  const {options, tally, house, softSignal, emit} = fixed;
  const probed: Ref[] = [];
  const shared: Shared = {...fixed, onProbe: (refs) => probed.push(...refs)};
  try {
    await playProject(shared);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  if (softSignal.aborted) return 130;
  if (options.printProbes !== undefined) emit({type: 'probes', script: probeScript(probed, house)});
  return tally.exitCode(options.detailedExitcode);
}

function oneHostOnly(hosts: readonly string[]): Diagnostic {
  return errorDiagnostic(engineCodes, 'ENG010', '--print-probes prints the probes of one host', {
    hint: `this names ${hosts.join(', ')}`,
  });
}

/** `--print-probes` asks one host, in check mode. */
function printed(options: RunOptions): RunOptions {
  return options.printProbes === undefined
    ? options
    : {...options, mode: 'check', limit: options.printProbes};
}

/** Every password that the inventory and `-e` name, of all hosts, whether they take part or not. */
function secretsOf({inventory, extraVars}: Project): readonly Secret[] {
  const layers = [...inventory.hosts.values()].flatMap((host) => inventoryLayers(host));
  return [...layers, extraVars].flatMap(secretsIn);
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

function stopAt(diagnostics: readonly Diagnostic[], emit: (event: EventBody) => void): ExitCode {
  for (const diagnostic of inOrder(diagnostics.map(withUsualHint))) emit({type: 'diagnostic', diagnostic});
  return 1;
}

/** By file, line and column; what has no place comes first. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({source}: Diagnostic): string =>
    source
      ? [source.file, String(source.line).padStart(8, '0'), String(source.column).padStart(6, '0')].join('\0')
      : '';
  return [...diagnostics].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** A run's name: its time in UTC and four random digits, sorted as the runs were begun. */
function runName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(2).toString('hex')}`;
}

/** Everything that a run asks of a host, as one script, each thing once. */
function probeScript(refs: readonly Ref[], house: House): string {
  return `${mask(composeProbe(mergeRefs(refs), house.kinds, newMarker()).text)}\n`;
}
