import {dirname, join, resolve} from 'node:path';
import {type Diagnostic, hasError, isSchemaFile, VprovError} from '../errors/index.ts';
import type {Host, Inventory, ProgramAnswers} from '../inventory/index.ts';
import {catalogue} from '../modules/index.ts';
import {loadPlaybook, type Play, type Role} from '../playbook/index.ts';
import {createLockbox, keySources, type Opener, readSealed} from '../source/index.ts';
import {Redactor, Unknown} from '../text/index.ts';
import {type Origin, type Plain, type Scope, secretsWithin, toPlain} from '../values/index.ts';
import {type SecretsDescribed, sealed, secretsDescribed} from './described-secrets.ts';
import {readExtraVars} from './extra-vars.ts';
import {NamedValues} from './named-values.ts';
import type {RunOptions} from './options.ts';
import {playScope, unasked} from './play-scope.ts';
import {createPorts} from './ports.ts';
import {knownModules} from './project.ts';
import {askInventory, readInventory} from './read-inventory.ts';
import {redacted} from './redaction.ts';
import {HostScopes, type PlayVariables} from './scopes.ts';
import {hiddenValue, namedSecrets} from './secret-variables.ts';
import {hostsOfPlay} from './selection.ts';
import {describedNodes} from './written-secrets.ts';

/** What is asked of the files of a project, without running anything. */
export type InspectOptions = Pick<
  RunOptions,
  'inventory' | 'extraVars' | 'cwd' | 'environment' | 'keys' | 'prompt' | 'signal'
> & {
  /** Told what is waited for, where that takes a while. */
  readonly onWaiting?: (message: string) => void;
  /** The playbook whose plays and roles add their variables. */
  readonly playbook?: string;
};

/** The files of a project, read. */
export interface Inspected {
  /** Undefined where none can be read. */
  readonly inventory: Inventory | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Every variable of a host, by name: its value, where it comes from and what it overrides. */
  variablesOf(host: Host): readonly InspectedVariable[];
}

/** A variable as a host sees it. Secrets are masked. */
export interface InspectedVariable {
  readonly name: string;
  /** Undefined where it cannot be rendered; `mistakes` says why. */
  readonly value?: Plain;
  readonly mistakes?: readonly Diagnostic[];
  /** Only tasks of this role see this value. */
  readonly role?: string;
  readonly origin: Origin;
  /** What it overrides, the strongest first. */
  readonly overrides: readonly Origin[];
}

/** Reads inventory, playbook and extra variables, and connects to nothing. @throws Interrupted */
export async function inspect(options: InspectOptions): Promise<Inspected> {
  const {keys, environment, cwd, prompt} = options;
  const lockbox = createLockbox(keySources({...keys, environment, cwd, ask: prompt}));
  const answers = await askInventory(options, options);
  return readSealed(lockbox, (opener) => inspectWith(options, opener, answers));
}

function inspectWith(options: InspectOptions, opener: Opener, answers: ProgramAnswers): Inspected {
  const file = options.playbook === undefined ? undefined : resolve(options.cwd, options.playbook);
  const loaded = file === undefined ? undefined : loadPlaybook(file, knownModules(catalogue()), opener);
  const diagnostics: Diagnostic[] = [...(loaded?.diagnostics ?? [])];
  const directory = file === undefined ? undefined : dirname(file);
  const inventory = readInventory(options, directory, diagnostics, {opener, answers});
  const extra = readExtraVars(options.extraVars, loaded?.playbook, options.cwd, opener);
  diagnostics.push(...extra.diagnostics);
  const plays = loaded?.playbook?.plays ?? [];
  // What is masked in one variable stays masked in all that are made of it.
  const redactor = new Redactor();
  const secrets = secretsDescribed(plays);
  const named = new NamedValues();
  named.describedBy(secrets);
  if (loaded?.playbook && inventory) {
    const written = {playbook: loaded.playbook, inventory, extraVars: extra.layer, secrets};
    named.add(written, describedNodes(written));
  }
  const ports = createPorts({
    environment: options.environment,
    playDirectory: file === undefined ? options.cwd : dirname(file),
    runsCommands: false,
    onSecret: (secret) => redactor.add(secret),
    secrets,
  });
  const playsOn = (play: Play, host: Host, known: Inventory): boolean => {
    const project = {inventory: {current: known}, extraVars: extra.layer};
    const scope = playScope(play, project, ports, unasked(play, project));
    return hostsOfPlay(play, known, scope, undefined).hosts.includes(host.name);
  };
  return {
    inventory,
    diagnostics: diagnostics.map((one) => named.hiddenOf(one)),
    variablesOf(host) {
      if (inventory === undefined || isBlind(loaded)) return [];
      const mine = plays.filter((play) => playsOn(play, host, inventory));
      const scopes = scopesOf(
        host,
        {
          inventory: {current: inventory},
          playHosts: [],
          extraVars: extra.layer,
          checkMode: false,
          ports,
        },
        mine.length > 0 ? mine : [{...noPlay, file: file ?? join(options.cwd, 'playbook.yml')}],
      );
      const variables = scopes.flatMap(({scope, role}) => variablesIn(scope, role, {redactor, secrets}));
      const shown = variables.map(({mistakes, ...variable}) =>
        mistakes ? {...variable, mistakes: mistakes.map((one) => named.hiddenOf(one))} : variable,
      );
      return redacted(withoutRepeats(shown), redactor);
    },
  };
}

/** What roles call secrets cannot be told where they, or their descriptions, cannot be read: no value is shown then. */
function isBlind(loaded: ReturnType<typeof loadPlaybook> | undefined): boolean {
  const errors = (loaded?.diagnostics ?? []).filter((one) => hasError([one]));
  if (errors.length === 0) return false;
  if ((loaded?.playbook?.plays ?? []).length === 0) return true;
  return errors.some(({code, source}) => code.startsWith('SRC') && isSchemaFile(source?.file ?? ''));
}

interface HostScope {
  readonly scope: Scope;
  readonly role?: string;
}

/** What tasks of a play see, and what tasks of each of its roles see. */
function scopesOf(
  host: Host,
  common: Omit<PlayVariables, 'play'>,
  plays: readonly Play[],
): readonly HostScope[] {
  return plays.flatMap((play) => {
    const learned = {
      facts: new Unknown('facts are gathered on the host'),
      registered: new Map(),
      included: new Map(),
    };
    const prompted = unasked(play, common);
    const scopes = new HostScopes({...common, play, prompted}, host.name, learned);
    const roles = play.roles.map((role: Role) => ({
      scope: scopes.forTask({role, vars: []}),
      role: role.name,
    }));
    return [{scope: scopes.forTask(undefined)}, ...roles];
  });
}

const nowhere = {file: '', line: 1, column: 1};

/** It sees the inventory and `-e`. */
const noPlay: Play = {
  name: '',
  source: nowhere,
  file: '',
  importedBy: [],
  hosts: {text: 'all', source: nowhere},
  hostPatterns: [],
  become: {become: undefined, user: undefined},
  gatherFacts: false,
  quorum: false,
  pace: {
    serial: [],
    order: undefined,
    maxFailPercentage: undefined,
    anyErrorsFatal: false,
    inStep: false,
    ignoreUnreachable: false,
    forceHandlers: false,
  },
  vars: undefined,
  prompts: [],
  varsFiles: [],
  tags: [],
  tasks: [],
  handlers: [],
  roles: [],
};

/** Made by the engine, and too large to be shown, or only known in a play. */
const leftOut = new Set([
  'omit',
  'hostvars',
  'play_hosts',
  'facts',
  'vprov_check_mode',
  'vprov_extra_vars',
  'playbook_dir',
]);

/** What is masked wherever it is shown, and the variables that are because a role says so. */
interface Hiding {
  readonly redactor: Redactor;
  readonly secrets: SecretsDescribed;
}

function variablesIn(scope: Scope, role: string | undefined, hiding: Hiding): readonly InspectedVariable[] {
  return [...scope.names()].sort().flatMap((name) => {
    const [origin, ...overrides] = scope.origins(name);
    if (origin === undefined || leftOut.has(name)) return [];
    return [{name, ...shownValue(name, scope, hiding), ...(role ? {role} : {}), origin, overrides}];
  });
}

function shownValue(
  name: string,
  scope: Scope,
  {redactor, secrets}: Hiding,
): Pick<InspectedVariable, 'value' | 'mistakes'> {
  try {
    const given = scope.get(name);
    const secrecy = secrets.of(name);
    // A text in the place of a map may hold what the map would.
    const isMisplaced = secrecy && typeof given === 'string';
    const hidden = isMisplaced ? hiddenValue(name, given) : sealed(secrecy, name, given, hiddenValue);
    const value = namedSecrets(secrecy ? '' : name, hidden);
    for (const secret of secretsWithin(value)) redactor.add(secret);
    return {value: toPlain(value)};
  } catch (error) {
    if (error instanceof VprovError) return {mistakes: error.diagnostics};
    throw error;
  }
}

/** A role's view repeats what all tasks see: only what differs there is told again. */
function withoutRepeats(variables: readonly InspectedVariable[]): readonly InspectedVariable[] {
  const seen = new Set<string>();
  return variables.filter(({name, origin}) => {
    if (name === 'role_path' || name === 'role_name') return false;
    const key = JSON.stringify([name, origin]);
    return !seen.has(key) && seen.add(key);
  });
}
