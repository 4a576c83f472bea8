import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import type {Unmatched} from '../inventory/index.ts';
import type {Play} from '../playbook/index.ts';
import type {Layer} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import {connectionSettings} from './connection-settings.ts';
import {namesGivenBy} from './growth.ts';
import {playScope, unasked} from './play-scope.ts';
import {nothingLeft, type PlayHosts, type Project} from './project.ts';
import {type HostGrowth, hostIn, type Population, type RunInventory} from './run-inventory.ts';
import type {PlayVariables} from './scopes.ts';
import {hostsOfPlay, limitedTo, ofLimit, type Selection} from './selection.ts';

/** Which hosts a play may have. */
export interface Foreseen {
  readonly hosts: readonly string[];
  /** Some may be there only because of what tasks before have added. */
  readonly isJoined: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The hosts of a play as far as validation can tell: those of the inventory as written, and all that tasks before may
 * have added. A name that neither has is a mistake, unless one of these tasks may give it.
 */
export function foreseeHosts(
  {play, hosts, awaits, open}: PlayHosts,
  project: Project,
  inventory: RunInventory,
  ports: PlayVariables['ports'],
): Foreseen {
  const hasGrown = inventory.current !== inventory.asWritten || inventory.anywhere !== undefined;
  if (!project.mayGrow || !(hasGrown || awaits || open)) return {hosts, isJoined: false, diagnostics: []};
  const prompted = unasked(play, project);
  const later = inventory.anywhere ?? [];
  const written = open
    ? selectedIn({current: inventory.asWritten}, play, project, ports, prompted).hosts
    : hosts;
  // By all that there may be: a template that reads groups gives the hosts that it would give then.
  const {current} = inventory;
  const selected = selectedIn({current}, play, project, ports, prompted, later);
  const before = project.plays.slice(
    0,
    project.plays.findIndex((one) => one.play === play),
  );
  const earlier = before.map((one) => one.play);
  if (selected.diagnostics.length > 0 && mayGive(earlier, inventory))
    return {hosts: [], isJoined: true, diagnostics: []};
  const mistakes = nobodys(selected.unmatched, earlier, inventory);
  const isMistake = mistakes.length > 0;
  const all = [...new Set([...written, ...selected.hosts])];
  const isJoined = selected.unmatched.length > 0 || all.length > written.length || awaits === true;
  return {
    hosts: isMistake ? [] : all,
    isJoined,
    diagnostics: [
      ...selected.diagnostics,
      ...mistakes,
      ...(play.quorum && !isMistake && awaits ? [quorumGrown(play)] : []),
    ],
  };
}

/** The hosts of a play, by the pattern of `--limit`, too, among those of an inventory. @param later as for `selectHosts` */
export function selectedIn(
  inventory: Population,
  play: Play,
  project: Project,
  ports: PlayVariables['ports'],
  prompted: Layer | undefined,
  later: readonly string[] = [],
): Selection {
  const {current} = inventory;
  const limit = project.limit === undefined ? undefined : limitedTo(project.limit, current, later).hosts;
  const scope = playScope(play, {...project, inventory}, ports, prompted);
  return hostsOfPlay(play, current, scope, limit, later);
}

/**
 * What a task may add. @throws VprovError for what cannot be added, UnknownRead when it cannot be told yet how a host is
 * reached
 */
export function foresee(
  growth: HostGrowth | undefined,
  {extraVars}: Project,
  inventory: RunInventory,
  ports: PlayVariables['ports'],
): void {
  if (!growth) {
    inventory.mayGrowAnyhow();
    return;
  }
  inventory.mayGrow(growth);
  const {host} = growth;
  if (host !== undefined) connectionSettings(hostIn(inventory.current, host), extraVars, ports(undefined));
}

/** What is wrong with `--limit` when all has been added that may be. @param isEmpty no play has a host */
export function limitMistakes(
  {limit, mayGrow, playbook}: Project,
  inventory: RunInventory,
  isEmpty: boolean,
): readonly Diagnostic[] {
  if (!mayGrow || limit === undefined) return [];
  const {unmatched} = limitedTo(limit, inventory.current, []);
  const mistakes = nobodys(unmatched, playbook.plays, inventory).map(ofLimit);
  if (mistakes.length > 0 || !isEmpty || playbook.plays.length === 0) return mistakes;
  return unmatched.length > 0 ? [] : [nothingLeft(limit, playbook)];
}

/** Whether tasks of these plays may have given names that nobody knows. */
function mayGive(plays: readonly Play[], inventory: RunInventory): boolean {
  return (
    inventory.anywhere !== undefined ||
    plays.flatMap(namesGivenBy).some(({source}) => !inventory.hasSeen(source))
  );
}

/** Names that no task of these plays gives, as far as can be told. */
function nobodys(
  unmatched: readonly Unmatched[],
  plays: readonly Play[],
  inventory: RunInventory,
): readonly Diagnostic[] {
  if (unmatched.length === 0 || inventory.anywhere !== undefined) return [];
  const givers = plays.flatMap(namesGivenBy);
  const isGiven = ({name}: Unmatched): boolean =>
    givers.some(({names, source}) =>
      names ? names.includes(name) || /[*?[~]/.test(name) : !inventory.hasSeen(source),
    );
  return unmatched.filter((one) => !isGiven(one)).map(({diagnostic}) => diagnostic);
}

/** Who is missing from a group that grows is not seen to be missing. */
export function quorumGrown({source}: Play): Diagnostic {
  const message =
    'a play over a quorum is for hosts that the inventory names, not for those that join during the run';
  const hint =
    'who was not reached, and so did not join, would not be missed: put its hosts into a group of the inventory';
  return errorDiagnostic(engineCodes, 'ENG017', message, {source, hint});
}
