import {dirname} from 'node:path';
import {cacheDirectory} from '../cache/index.ts';
import {type Diagnostic, errorDiagnostic, hasError} from '../errors/index.ts';
import type {Catalogue} from '../modules/index.ts';
import {selectedByTags, tasksBefore, unusedDefaults} from '../playbook/index.ts';
import {composeProbe, mergeRefs, type Ref} from '../resources/index.ts';
import {readSealed, withoutEchoes} from '../source/index.ts';
import {mask, type Secret} from '../text/index.ts';
import {engineCodes} from './codes.ts';
import type {Context} from './context.ts';
import {learning} from './described-secrets.ts';
import {DigestCache} from './digest-cache.ts';
import type {EventBody, House} from './effect.ts';
import type {ExitCode} from './events.ts';
import {fetchReleases} from './fetch-releases.ts';
import {newMarker} from './host.ts';
import {openSyntax} from './kept-syntax.ts';
import {listedPlays} from './listing.ts';
import {LocalFiles} from './local-files.ts';
import {stopAt} from './mistakes.ts';
import type {Prompt, Run, RunOptions} from './options.ts';
import {kindsFor, outsetOf, secretsOf} from './outset.ts';
import {playProject} from './plays.ts';
import {createPorts} from './ports.ts';
import {loadProject, type Project} from './project.ts';
import {answered} from './prompts.ts';
import {askInventoryOf} from './read-inventory.ts';
import {releaseStore} from './release-store.ts';
import {RunInventory} from './run-inventory.ts';
import {runName} from './run-name.ts';
import {settersNamed} from './set-later.ts';
import type {Shared, Watch} from './shared.ts';
import {Steps} from './steps.ts';
import {Interrupted} from './stop.ts';
import type {Tally} from './tally.ts';
import {telling} from './telling.ts';
import {misspeltVariables, notNamedIn} from './unread.ts';
import {withUsualHint} from './usual-hints.ts';
import {validateProject} from './validation.ts';
import {describedNodes, secretsOfNodes} from './written-secrets.ts';

/**
 * Runs a playbook: reads and validates everything, then brings its hosts to their state, or says what that would
 * change. Nothing is printed and nothing exits: events tell all, `done` gives the summary.
 * `done` rejects only on a defect.
 */
export function run(options: RunOptions, modules?: Catalogue): Run {
  return telling(options, (emit, tally) => carryOut(printed(options), emit, tally, {modules}));
}

/** Who sees a run from the side, and with which modules it works. */
export interface Surroundings {
  readonly watch?: Watch | undefined;
  /** Those of vprov, unless others are given. */
  readonly modules?: Catalogue | undefined;
}

/** All of a run but its summary. */
export async function carryOut(
  options: RunOptions,
  send: (event: EventBody) => void,
  tally: Tally,
  {watch, modules}: Surroundings = {},
): Promise<ExitCode> {
  const {lockbox, catalogue, prompt, ...outset} = outsetOf(options, send, modules);
  const {emit, redactor, softSignal} = outset;
  const onSecret = (secret: Secret): void => redactor.add(secret);
  const answers = await askInventoryOf(options, outset);
  const {project, diagnostics, secrets} = await readSealed(lockbox, (opener) =>
    loadProject(options, catalogue, onSecret, opener, answers),
  );
  for (const secret of lockbox.secrets()) redactor.add(secret);
  outset.named.describedBy(secrets);
  if (!project) return stopAt(diagnostics, emit);
  watch?.project(project);
  const house: House = {
    catalogue,
    kinds: kindsFor(options),
    library: learning(project.playbook.library, secrets),
  };
  const several = new Set(project.plays.flatMap(({hosts}) => hosts));
  if (options.printProbes !== undefined && several.size > 1) return stopAt([oneHostOnly([...several])], emit);
  const described = describedNodes(project);
  for (const secret of [...secretsOf(project), ...secretsOfNodes(described)]) redactor.add(secret);
  outset.named.add(project, described);
  const digests = new DigestCache(cacheDirectory(options.environment));
  const playDirectory = dirname(project.playbook.file);
  const files = new LocalFiles(playDirectory, digests, releaseStore(options, project, playDirectory));
  const selects: Context['selects'] = (task) =>
    selectedByTags(task.tags, {tags: options.tags, skipTags: options.skipTags});
  const before = startsAt(project, options.startAtTask);
  const syntax = openSyntax(project.playbook.file, options.environment, project.documents, files);
  const validated = await validateProject(
    project,
    house,
    files,
    // With a misspelt tag nobody knows which tasks are meant: all are looked at.
    hasError(diagnostics) ? () => true : selects,
    options.now,
    createPorts({environment: options.environment, playDirectory, runsCommands: false, onSecret, secrets}),
  );
  await syntax?.close();
  // Where a play's hosts could not be told, nobody knows whether --limit leaves any.
  const found = validated.diagnostics.filter(({code}) => code !== 'INV012' || !hasError(diagnostics));
  const mistakes = withoutEchoes([...diagnostics, ...before.diagnostics, ...found])
    .map(settersNamed(project))
    .map(withUsualHint);
  if (hasError(mistakes))
    return stopAt(
      [...mistakes, ...notNamedIn(mistakes, misspeltVariables(project, catalogue.modules))],
      emit,
    );
  for (const diagnostic of mistakes) emit({type: 'diagnostic', diagnostic});
  const wanted: Context['selects'] = (task) => !before.skipped.has(task) && selects(task);
  if (options.lists) {
    emit({type: 'listing', plays: listedPlays(project, wanted, validated.joined)});
    return 0;
  }
  const unread = [
    ...misspeltVariables(project, catalogue.modules),
    // Beside a mistake these would be echoes: a misspelt name leaves the right one unread.
    ...(options.mode === 'validate' ? unusedDefaults(project.playbook) : []),
  ];
  for (const diagnostic of unread) emit({type: 'diagnostic', diagnostic});
  if (options.mode === 'validate') {
    for (const message of files.releases.resolutions) emit({type: 'note', message});
    if (options.releases) return fetchReleases(files.releases, emit, softSignal);
    return 0;
  }
  const ports = createPorts({
    environment: options.environment,
    playDirectory,
    runsCommands: true,
    onSecret,
    secrets,
  });
  const asked = isAskable(options, prompt) ? await answered(project, ports, prompt) : nobodyToAsk;
  if (softSignal.aborted) return 130;
  if ('diagnostics' in asked) return stopAt(asked.diagnostics, emit);
  return playLive({
    ...outset,
    ...stepsOf(options, prompt),
    house,
    options,
    project: asked,
    inventory: new RunInventory(asked.inventory),
    files,
    tally,
    run: runName(options.now()),
    ...(watch ? {watch} : {}),
    selects: wanted,
    ports,
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

function startsAt({playbook}: Project, name: string | undefined): ReturnType<typeof tasksBefore> {
  return name === undefined ? {skipped: new Set(), diagnostics: []} : tasksBefore(playbook, name);
}

function stepsOf({step}: RunOptions, prompt: Prompt | undefined): Pick<Shared, 'steps'> {
  return step && prompt ? {steps: new Steps(prompt)} : {};
}

function isAskable({step}: RunOptions, prompt: Prompt | undefined): boolean {
  return !step || prompt !== undefined;
}

const nobodyToAsk = {
  diagnostics: [
    errorDiagnostic(
      engineCodes,
      'ENG013',
      '--step asks before each task, and there is no terminal at which to ask',
      {hint: 'answers are not read from standard input: -t and --start-at-task say which tasks are run'},
    ),
  ],
};

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

/** Everything that a run asks of a host, as one script, each thing once. */
function probeScript(refs: readonly Ref[], house: House): string {
  return `${mask(composeProbe(mergeRefs(refs), house.kinds, newMarker()).text)}\n`;
}
