import {dirname, resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic, hasError, warningDiagnostic} from '../errors/index.ts';
import {type Inventory, inventoryCodes, type ProgramAnswers} from '../inventory/index.ts';
import type {Catalogue} from '../modules/index.ts';
import {type KnownModule, loadPlaybook, type Play, type Playbook, unknownTags} from '../playbook/index.ts';
import type {KeptDocuments, Opener} from '../source/index.ts';
import {Mistaken, type Secret} from '../text/index.ts';
import {type Layer, references} from '../values/index.ts';
import {type SecretsDescribed, secretsDescribed} from './described-secrets.ts';
import {documentsOf} from './documents.ts';
import {readExtraVars} from './extra-vars.ts';
import {growsInventory} from './growth.ts';
import type {RunOptions} from './options.ts';
import {playScope, unasked} from './play-scope.ts';
import {createPorts} from './ports.ts';
import {readInventory} from './read-inventory.ts';
import {foreseen} from './run-inventory.ts';
import type {PlayVariables} from './scopes.ts';
import {hostsOfPlay, limitedTo, readLimit} from './selection.ts';

/** Everything that people wrote, read: what a run is made of before it connects anywhere. */
export interface Project {
  readonly playbook: Playbook;
  readonly inventory: Inventory;
  readonly extraVars: Layer;
  /** Each play with the hosts that it is for, after `--limit`, in the order of the inventory. */
  readonly plays: readonly PlayHosts[];
  /** Tasks may add hosts and groups: what the inventory has is not all that there will be. */
  readonly mayGrow: boolean;
  /** The pattern of `--limit`. */
  readonly limit: string | undefined;
  /** What `vars_prompt` of each play gave. */
  readonly prompted: ReadonlyMap<Play, Layer>;
  /** Some definitions of variables could not be read, which is said already. */
  readonly variablesUnread: boolean;
  /** Which variables are secrets by the descriptions of its roles. */
  readonly secrets: SecretsDescribed;
  /** What is kept of the playbook's files from one run to the next. */
  readonly documents?: KeptDocuments | undefined;
}

/** A play, and the hosts that it is for. */
export interface PlayHosts {
  readonly play: Play;
  readonly hosts: readonly string[];
  /** They depend on what somebody is still to be asked: these are all that there may be. */
  readonly open?: true;
  /** It is for hosts or groups, too, that the inventory does not have, and that tasks may add. */
  readonly awaits?: true;
}

/** Reads playbook, roles, inventory and extra variables; all mistakes are collected. @param opener opens what is encrypted. @param answers of the programs among the inventories */
export function loadProject(
  options: RunOptions,
  catalogue: Catalogue,
  onSecret: (secret: Secret) => void,
  opener?: Opener,
  answers?: ProgramAnswers,
): {project: Project | undefined; diagnostics: readonly Diagnostic[]; secrets: SecretsDescribed} {
  const file = resolve(options.cwd, options.playbook);
  const documents = documentsOf(file, options.environment);
  const {playbook, diagnostics} = loadPlaybook(file, knownModules(catalogue), opener, documents);
  const secrets = secretsDescribed(playbook?.plays ?? []);
  const found: Diagnostic[] = [...diagnostics];
  const extra = readExtraVars(options.extraVars, playbook, options.cwd, opener);
  found.push(...extra.diagnostics);
  const inventoryMistakes: Diagnostic[] = [];
  const mayGrow = playbook !== undefined && growsInventory(playbook);
  const inventory = readInventory(options, dirname(file), inventoryMistakes, {opener, answers, mayGrow});
  found.push(...inventoryMistakes);
  // Of an inventory that could not be read, nothing can be said to be missing.
  const isUnread = hasError(inventoryMistakes) && inventory?.hosts.size === 0;
  if (!playbook || !inventory || isUnread) return {project: undefined, diagnostics: found, secrets};
  const limit = options.limit === undefined ? undefined : readLimit(options.limit, options.cwd);
  const later = mayGrow ? [] : undefined;
  const limited = limit?.diagnostics.length === 0 ? limitedTo(limit.pattern, inventory, later) : undefined;
  const unlimited = limited?.diagnostics.filter((one) => !mayBeHidden(one, inventory)) ?? [];
  found.push(...(limit?.diagnostics ?? []), ...unlimited);
  found.push(...unknownTags(playbook, options));
  const ports = createPorts({
    environment: options.environment,
    playDirectory: dirname(playbook.file),
    runsCommands: false,
    onSecret,
    secrets,
  });
  const misnaming = new Set<string>();
  const plays = playbook.plays.map((play, index) => {
    const hasGrown = growsInventory({plays: playbook.plays.slice(0, index)});
    const known = {inventory: foreseen({inventory, mayGrow: hasGrown}), extraVars: extra.layer};
    const {hosts, diagnostics, unmatched, open} = hostsOfPlay(
      play,
      inventory,
      playScope(play, known, ports, unasked(play, known)),
      limit && (limited?.hosts ?? []),
      hasGrown ? [] : undefined,
    );
    found.push(...diagnostics.filter((one) => !mayBeHidden(one, inventory)));
    if (hasError(diagnostics)) for (const name of namesInPatterns(play)) misnaming.add(name);
    return {play, hosts, ...(open ? {open} : {}), ...(unmatched.length > 0 ? {awaits: true as const} : {})};
  });
  if (
    limit &&
    !mayGrow &&
    !hasError(found) &&
    plays.length > 0 &&
    plays.every(({hosts}) => hosts.length === 0)
  )
    found.push(nothingLeft(options.limit ?? '', playbook));
  // Beside a pattern that matches nothing it would be an echo.
  if (inventory.hosts.size === 0 && !mayGrow && !hasError(found)) found.push(noHosts(inventory));
  const unread = playbook.unread.facts || [...inventoryMistakes, ...extra.diagnostics].some(losesVariables);
  return {
    project: {
      playbook,
      inventory,
      extraVars: withMistaken(extra.layer, misnaming),
      plays,
      mayGrow,
      limit: limit?.pattern,
      prompted: new Map(),
      variablesUnread: unread,
      secrets,
      documents,
    },
    diagnostics: found.filter((one) => !echoesPattern(one, found)),
    secrets,
  };
}

/** A group that the inventory lacks is told by the pattern that names it, and not by the file of its variables. */
function echoesPattern({code, message}: Diagnostic, all: readonly Diagnostic[]): boolean {
  const name = /variables of '(.*)', which/.exec(message)?.[1];
  return code === 'INV009' && all.some((one) => one.code === 'INV010' && one.message.endsWith(` '${name}'`));
}

/** The variables of which a play's patterns are made. */
function namesInPatterns({hostPatterns}: Play): readonly string[] {
  return hostPatterns.flatMap(({template}) => (template ? references(template).map(({name}) => name) : []));
}

/** A host or group that there is not, given by -e, is told where it names hosts, and not by all that reads it. */
function withMistaken(layer: Layer, names: ReadonlySet<string>): Layer {
  const data = new Mistaken('it names no host');
  return new Map(
    [...layer].map(([name, variable]) => [
      name,
      names.has(name) ? {data, origin: variable.origin} : variable,
    ]),
  );
}

/** The project with the hosts of those plays that were open: what they depend on is in `prompted` now. */
export function decided(
  project: Project,
  ports: PlayVariables['ports'],
): {readonly project: Project; readonly diagnostics: readonly Diagnostic[]} {
  const found: Diagnostic[] = [];
  const {inventory, limit, mayGrow} = project;
  const later = mayGrow ? [] : undefined;
  const limited = limit === undefined ? undefined : limitedTo(limit, inventory, later).hosts;
  const plays = project.plays.map((one) => {
    if (!one.open) return one;
    const {play} = one;
    const known = {...project, inventory: foreseen(project)};
    const scope = playScope(play, known, ports, project.prompted.get(play));
    const {hosts, diagnostics, open} = hostsOfPlay(play, inventory, scope, limited, later);
    found.push(...diagnostics);
    return {...one, hosts, ...(open ? {open} : {})};
  });
  return {project: {...project, plays}, diagnostics: found};
}

/** A name of hosts that stands in a file of the inventory that has a mistake: that may be why there are none. */
function mayBeHidden({code, message}: Diagnostic, {lost}: Inventory): boolean {
  return code === 'INV010' && lost.names.has(/'(.*)'$/.exec(message)?.[1] ?? '');
}

/** Whether a mistake may hide the definition of a variable: of all but a few, a whole file or map may be unread. */
function losesVariables({code, severity}: Diagnostic): boolean {
  return (
    severity === 'error' &&
    !['SRC005', 'SRC006', 'SRC007', 'INV006', 'INV010', 'SRC013', 'SRC014'].includes(code)
  );
}

/** @param limit as it was given */
export function nothingLeft(limit: string, {plays}: Pick<Playbook, 'plays'>): Diagnostic {
  const patterns = [...new Set(plays.map(({hosts}) => hosts.text))].join(', ');
  return errorDiagnostic(inventoryCodes, 'INV012', `--limit ${limit} leaves no host of any play`, {
    hint: `the plays are for: ${patterns}`,
  });
}

/** Nothing would be done, and that would look as if all were well. */
function noHosts({files}: Inventory): Diagnostic {
  return warningDiagnostic(inventoryCodes, 'INV018', 'the inventory names no host', {
    ...(files[0] === undefined ? {} : {source: {file: files[0], line: 1, column: 1}}),
    hint: `see ${files.join(', ')}`,
  });
}

/** What the loader of playbooks must know of the modules. */
export function knownModules(catalogue: Catalogue): ReadonlyMap<string, KnownModule> {
  return new Map(
    [...catalogue.modules].map(([name, {module, args}]) => [
      name,
      {
        // Few modules are asked for theirs.
        get arguments() {
          return Object.keys(args.schema.properties ?? {});
        },
        ...(module.shorthand ? {shorthand: module.shorthand} : {}),
      },
    ]),
  );
}
