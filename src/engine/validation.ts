import {type Diagnostic, errorDiagnostic, VprovError} from '../errors/index.ts';
import {isNeighbours, type Play} from '../playbook/index.ts';
import {factsSchema} from '../resources/index.ts';
import {Mistaken, UnknownRead} from '../text/index.ts';
import {ShapedUnknown, type Variable} from '../values/index.ts';
import {mistakesAsWritten} from './as-written.ts';
import {courseOf} from './batches.ts';
import {Causes, type MetOn} from './causes.ts';
import {engineCodes} from './codes.ts';
import {connectionSettings, missingKey} from './connection-settings.ts';
import type {Context} from './context.ts';
import {validateDriver} from './drivers/validate.ts';
import {drive, type House} from './effect.ts';
import {foresee, foreseeHosts, limitMistakes} from './foreseeable.ts';
import {learnedBefore} from './hostvars.ts';
import {usersNotBecome} from './idle-become.ts';
import {renderedName} from './label.ts';
import type {LocalFiles} from './local-files.ts';
import {mistakesOfNames} from './names.ts';
import {interpretPlay} from './play.ts';
import {playScope, unasked} from './play-scope.ts';
import type {Project} from './project.ts';
import {mistakesOfPrompts} from './prompts.ts';
import {RememberedTasks} from './remembered.ts';
import {roleArgumentMistakes} from './role-arguments.ts';
import {hostIn, RunInventory} from './run-inventory.ts';
import {factsNotGathered, HostScopes, type Learned, type PlayVariables} from './scopes.ts';
import {SoundArguments} from './sound-arguments.ts';
import {mistakesOfUnentered, ReachedTasks} from './unentered.ts';
import {mistakesOfVariables} from './unread.ts';
import {walkOf} from './walk.ts';

export interface Validated {
  /** All mistakes, each once, whatever number of hosts has it. */
  readonly diagnostics: readonly Diagnostic[];
  /** The plays that hosts may join during the run. */
  readonly joined: ReadonlySet<Play>;
}

/** Goes through every play for every host without connecting to any. */
export async function validateProject(
  project: Project,
  house: House,
  files: LocalFiles,
  selects: Context['selects'],
  now: () => number,
  ports: PlayVariables['ports'],
): Promise<Validated> {
  const found = new Causes();
  const addMet = (diagnostic: Diagnostic, met: MetOn | undefined): void => {
    if (project.variablesUnread && mayBeUnread(diagnostic)) return;
    if (!isNeighbours(diagnostic, project.playbook.neighbours)) found.add(diagnostic, met);
  };
  const add = (diagnostic: Diagnostic): void => addMet(diagnostic, undefined);
  const unread = [...project.playbook.unread.names, ...project.inventory.lost.variables].map(
    (name) => [name, unreadVariable] as const,
  );
  mistakesOfNames(project).forEach(add);
  // Before what tasks come to: that knows more of the same mistakes.
  mistakesAsWritten(project, house.catalogue).forEach(add);
  mistakesOfVariables(project).forEach(add);
  const factsUnknown = new ShapedUnknown('facts are gathered on the host', factsSchema);
  const remembered = new RememberedTasks();
  const sound = new SoundArguments();
  const reached = new ReachedTasks();
  /** What a host learns in one play it knows in the next. */
  const learnedBy = new Map<string, Learned>();
  const learnedOf = (name: string): Learned => {
    const learned = learnedBy.get(name) ?? {
      facts: factsNotGathered,
      registered: new Map(unread),
      included: new Map(),
    };
    learnedBy.set(name, learned);
    return learned;
  };
  const inventory = new RunInventory(project.inventory);
  const joined = new Set<Play>();
  let isEmpty = true;
  for (const one of project.plays) {
    const {play} = one;
    const addOfPlay = (diagnostic: Diagnostic): void => {
      if (!play.loses || !mayBeUnread(diagnostic)) add(diagnostic);
    };
    const {hosts, isJoined, diagnostics} = foreseeHosts(one, project, inventory, ports);
    diagnostics.forEach(add);
    if (isJoined) joined.add(play);
    isEmpty &&= hosts.length === 0;
    const known = {...project, inventory};
    const beforehand = playScope(play, known, ports, unasked(play, project));
    collect(() => courseOf(hosts, play.pace, beforehand, () => 0), addOfPlay);
    collect(() => renderedName(play, beforehand), addOfPlay);
    mistakesOfPrompts(play, known, ports).forEach(addOfPlay);
    const before = learnedBefore(inventory.current.hosts.keys(), (name) => learnedBy.get(name));
    let becomesAnyway = false;
    for (const name of hosts) {
      const host = hostIn(inventory.current, name);
      const learned = learnedOf(name);
      if (play.loses === 'facts') learned.mayKnowMore = true;
      if (play.gatherFacts) learned.facts = factsUnknown;
      const variables = {
        inventory,
        play,
        playHosts: hosts,
        prompted: unasked(play, project),
        extraVars: project.extraVars,
        checkMode: true,
        before,
        ports,
      };
      const settings = collect(() => connectionSettings(host, project.extraVars, ports(undefined)), add);
      becomesAnyway ||= settings?.become !== undefined;
      const lacking = settings && missingKey(host, project.extraVars, ports(undefined), settings);
      if (lacking) add(lacking);
      const scopes = new HostScopes(variables, name, learned);
      const told = await roleArgumentMistakes(play, scopes, sound);
      const mayKnowMore = (): boolean => (learned.mayKnowMore ?? false) || play.loses !== undefined;
      const addOfHost = (diagnostic: Diagnostic): void => {
        if (mayKnowMore() && mayBeUnread(diagnostic)) return;
        addMet(diagnostic, {host: name, playHosts: hosts});
      };
      told.diagnostics.forEach(addOfHost);
      const context: Context = {
        house,
        host: name,
        play,
        playbookName: play.file,
        run: 'validation',
        loginUser: 'root',
        becomes: {become: settings?.become, user: settings?.becomeUser},
        scopes,
        learned,
        handlers: [...play.handlers],
        owed: new Map(),
        unsure: new Set(),
        mayRun: new Map(),
        journal: {user: 'root'},
        checkMode: true,
        withDiff: false,
        walk: walkOf(play.tasks, true),
        included: [],
        selects,
        stopsWhen: undefined,
        forcesHandlers: false,
        inventory,
        learnedOf,
        entersUnknown: true,
        continues: true,
        everyHandler: true,
        mayEnd: new Set(),
        onDiagnostic: (diagnostic) => {
          if (!told.isEcho(diagnostic)) addOfHost(diagnostic);
        },
        recall: (task, own, work) =>
          remembered.recall(task, isNeighbours(task, project.playbook.neighbours) ? hushing(own) : own, work),
        holds: (task, own) => remembered.holds(task, own),
        onReached: (task, how) => reached.add(task, how),
        resultMistakes: (task, own, above) => remembered.mistakesOfConditions(task, own, above),
        now,
      };
      await validatePlay(context, files, (growth) => foresee(growth, project, inventory, ports), addOfPlay);
    }
    if (!becomesAnyway) usersNotBecome(play).forEach(add);
  }
  (await mistakesOfUnentered(project, reached, selects, house.catalogue, files)).forEach(add);
  limitMistakes(project, inventory, isEmpty).forEach(add);
  return {diagnostics: found.all(), joined};
}

/** What a task comes to that only a misspelt name led to is nobody's mistake, wherever it is: in a template, too. */
function hushing(context: Context): Context {
  return {...context, onDiagnostic: () => undefined};
}

/** A name that what could not be read may define: not where something else explains it, such as a name near to it. */
function mayBeUnread({code, hint}: Diagnostic): boolean {
  if (code === 'PLY019') return !hint?.startsWith('did you mean');
  return code === 'VAL001' && hint === undefined;
}

async function validatePlay(
  context: Context,
  files: LocalFiles,
  grow: Parameters<typeof validateDriver>[1],
  add: (diagnostic: Diagnostic) => void,
): Promise<void> {
  try {
    await drive(interpretPlay(context), validateDriver(files, grow));
  } catch (error) {
    if (error instanceof VprovError) error.diagnostics.forEach(add);
    else if (!(error instanceof UnknownRead)) throw error;
    else if (!(error.unknown instanceof Mistaken)) add(unknownUser(context, error));
  }
}

function unknownUser({play}: Context, {unknown}: UnknownRead): Diagnostic {
  const message = `as which user this play runs is not known before it begins: ${unknown.reason}`;
  return errorDiagnostic(engineCodes, 'ENG007', message, {source: play.source});
}

/** What a task would register that cannot be read. */
const unreadVariable: Variable = {
  data: new Mistaken('what defines it has a mistake'),
  origin: {layer: 'register'},
};

function collect<T>(work: () => T, add: (diagnostic: Diagnostic) => void): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnknownRead) return undefined;
    if (!(error instanceof VprovError)) throw error;
    error.diagnostics.forEach(add);
    return undefined;
  }
}
