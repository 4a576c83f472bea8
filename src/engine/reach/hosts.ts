import {type Diagnostic, errorDiagnostic, hasError, VprovError} from '../../errors/index.ts';
import {
  type Host,
  type Inventory,
  inventoryCodes,
  type ProgramAnswers,
  selectHosts,
} from '../../inventory/index.ts';
import {createLockbox, keySources, type Opener, readSealed} from '../../source/index.ts';
import {Redactor, reveal} from '../../text/index.ts';
import {
  type Connect,
  type Connection,
  type ConnectOptions,
  createConnector,
  TransportError,
} from '../../transport/index.ts';
import {asText, createScope, type Layer, layerOfData, type Ports} from '../../values/index.ts';
import {Slots} from '../concurrency.ts';
import {connectionSettings} from '../connection-settings.ts';
import {readExtraVars} from '../extra-vars.ts';
import {inventoryLayers} from '../hostvars.ts';
import type {LocalCommands} from '../local-commands.ts';
import type {RunOptions} from '../options.ts';
import {secretsOf} from '../outset.ts';
import {createPorts} from '../ports.ts';
import {asking} from '../prompts.ts';
import {askInventory, readInventory} from '../read-inventory.ts';
import {Interrupted} from '../stop.ts';

/** Which hosts to go to without a playbook, and what is known of how. */
export type ReachOptions = Pick<
  RunOptions,
  | 'inventory'
  | 'extraVars'
  | 'cwd'
  | 'environment'
  | 'keys'
  | 'signal'
  | 'prompt'
  | 'password'
  | 'becomePassword'
> & {
  /** Told what is waited for, where that takes a while. */
  readonly onWaiting?: (message: string) => void;
  /** Hosts must match all of these patterns. */
  readonly patterns: readonly string[];
};

/** A host of the inventory, and what that says of it. */
export interface KnownHost {
  readonly name: string;
  /** Every group that it is in. */
  readonly groups: readonly string[];
  /** A variable of the inventory or of `-e`, as text; undefined where there is none or it is no text. */
  text(name: string): string | undefined;
  /** Of the variables that the inventory gives it. */
  readonly variableNames: readonly string[];
}

/** A host that was chosen, and how to reach it. */
export interface ChosenHost extends KnownHost {
  readonly options: ConnectOptions;
  /** What the inventory says of becoming another user. */
  readonly become: boolean | undefined;
  readonly becomeUser: string | undefined;
}

export interface Chosen {
  readonly diagnostics: readonly Diagnostic[];
  /** In the order of the inventory; none where there are mistakes. */
  readonly hosts: readonly ChosenHost[];
  /** All of the inventory, whichever were chosen. */
  readonly all: readonly KnownHost[];
  readonly connect: Connect;
  /** Those of the inventory. */
  readonly files: readonly string[];
  /** Knows every password that the inventory names. */
  readonly redactor: Redactor;
}

/** Reads inventory and extra variables, and chooses hosts; connects to nothing. @throws Interrupted */
export async function chooseHosts(options: ReachOptions): Promise<Chosen> {
  const {keys, environment, cwd} = options;
  const redactor = new Redactor();
  const prompt = options.prompt && asking(options.prompt, redactor);
  const lockbox = createLockbox(keySources({...keys, environment, cwd, ask: prompt}));
  const answers = await askInventory(options, options);
  const ports = createPorts({
    environment,
    playDirectory: cwd,
    onSecret: (secret) => redactor.add(secret),
    runsCommands: true,
  });
  const {diagnostics, hosts, all, files} = await withCommands(ports.commands, options.signal, (attempt) =>
    readSealed(lockbox, (opener) =>
      attempt(() => chosen(options, redactor, opener, answers, ports(undefined))),
    ),
  );
  for (const secret of lockbox.secrets()) redactor.add(secret);
  const failed = hasError(diagnostics);
  return {
    diagnostics,
    hosts: failed ? [] : hosts,
    all,
    files,
    connect: createConnector({environment, ...(prompt ? {ask: prompt} : {})}),
    redactor,
  };
}

type Choice = Pick<Chosen, 'diagnostics' | 'hosts' | 'all' | 'files'>;

/** Chooses again where that missed what commands of this machine give (`pipe`), which Ctrl-C ends. @throws Interrupted */
async function withCommands(
  commands: LocalCommands,
  signal: AbortSignal,
  choose: (attempt: (work: () => Choice) => Choice) => Promise<Choice>,
): Promise<Choice> {
  for (;;) {
    let missing: Parameters<LocalCommands['ready']>[0] = [];
    const choice = await choose((work) => {
      const attempt = commands.attempt(work);
      if ('result' in attempt) return attempt.result;
      missing = attempt.missing;
      return {diagnostics: [], hosts: [], all: [], files: []};
    });
    if (missing.length === 0) return choice;
    try {
      await commands.ready(missing, signal);
    } catch (error) {
      if (signal.aborted) throw new Interrupted();
      throw error;
    }
  }
}

function chosen(
  options: ReachOptions,
  redactor: Redactor,
  opener: Opener,
  answers: ProgramAnswers,
  ports: Ports,
): Choice {
  const diagnostics: Diagnostic[] = [];
  const inventory = readInventory(options, undefined, diagnostics, {opener, answers});
  const extra = readExtraVars(options.extraVars, undefined, options.cwd, opener);
  diagnostics.push(...extra.diagnostics);
  if (!inventory) return {diagnostics, hosts: [], all: [], files: []};
  for (const secret of secretsOf({inventory, extraVars: extra.layer})) redactor.add(secret);
  const matches = matching(inventory, options.patterns, diagnostics);
  if (matches.length === 0 && diagnostics.every(({severity}) => severity !== 'error'))
    diagnostics.push(noHost(inventory, options.patterns));
  // What stands in one place for many hosts (a range, a group) is one mistake.
  const mistakes = new Map<string, Diagnostic>();
  const hosts = matches.flatMap((host) => {
    try {
      return [chosenHost(host, extra.layer, ports, options, redactor)];
    } catch (error) {
      if (!(error instanceof VprovError)) throw error;
      for (const one of error.diagnostics)
        mistakes.set(JSON.stringify([one.code, one.message, one.source]), one);
      return [];
    }
  });
  diagnostics.push(...mistakes.values());
  const all = [...inventory.hosts.values()].map((host) => knownHost(host, extra.layer, ports));
  return {diagnostics, hosts, all, files: inventory.files};
}

function noHost({hosts, files}: Inventory, patterns: readonly string[]): Diagnostic {
  if (hosts.size === 0)
    return errorDiagnostic(inventoryCodes, 'INV018', 'the inventory names no host', {
      source: files[0] === undefined ? undefined : {file: files[0], line: 1, column: 1},
      hint: `see ${files.join(', ')}`,
    });
  const both = patterns.map((pattern) => `'${pattern}'`).join(' and ');
  return errorDiagnostic(inventoryCodes, 'INV018', `no host of the inventory is in ${both}`, {
    hint: 'see which groups have hosts: vprov inventory --graph',
  });
}

function matching(
  inventory: Inventory,
  patterns: readonly string[],
  diagnostics: Diagnostic[],
): readonly Host[] {
  const selected = patterns.map((pattern) => selectHosts(inventory, pattern));
  diagnostics.push(...selected.flatMap((one) => one.diagnostics));
  return [...inventory.hosts.values()].filter(({name}) => selected.every((one) => one.hosts.includes(name)));
}

function chosenHost(
  host: Host,
  extraVars: Layer,
  ports: Ports,
  {password, becomePassword, onWaiting, signal}: ReachOptions,
  redactor: Redactor,
): ChosenHost {
  const {become, becomeUser, ...settings} = connectionSettings(host, extraVars, ports);
  const options: ConnectOptions = {
    hostName: host.name,
    ...(password ? {password} : {}),
    ...(becomePassword ? {becomePassword} : {}),
    ...settings,
    ...(onWaiting ? {onWaiting} : {}),
    signal,
  };
  for (const secret of [options.password, options.becomePassword]) if (secret) redactor.add(secret);
  return {...knownHost(host, extraVars, ports), options, become, becomeUser};
}

function knownHost(host: Host, extraVars: Layer, ports: Ports): KnownHost {
  const own = layerOfData({inventory_hostname: host.name}, 'magic variable');
  const scope = createScope([...inventoryLayers(host), extraVars, own], ports);
  return {
    name: host.name,
    groups: host.groups,
    variableNames: host.variables.flatMap(({vars}) => vars.entries.map(({key}) => key)),
    text: (name) => {
      const text = scope.has(name) ? asText(scope.get(name)) : undefined;
      return text && reveal(text);
    },
  };
}

/**
 * Connects hosts, so many at once, and does something on each. The connection is closed when that has ended.
 * @returns what it gave, or why the host was not reached or was lost; in the order of the hosts
 */
export async function onEach<T>(
  {hosts, connect}: Pick<Chosen, 'hosts' | 'connect'>,
  forks: number,
  signal: AbortSignal,
  act: (host: ChosenHost, connection: Connection) => Promise<T>,
  onError: (host: ChosenHost, error: TransportError) => void = () => undefined,
): Promise<readonly (T | TransportError)[]> {
  const slots = new Slots(forks);
  return Promise.all(
    hosts.map(async (host) => {
      const leave = await slots.take();
      try {
        if (signal.aborted) throw interrupted(host);
        const connection = await connect(host.options);
        try {
          return await act(host, connection);
        } finally {
          await connection.close();
        }
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        onError(host, error);
        return error;
      } finally {
        leave();
      }
    }),
  );
}

function interrupted({name}: ChosenHost): TransportError {
  return new TransportError('aborted', `interrupted before ${name} was reached`);
}
