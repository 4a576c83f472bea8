import {relative} from 'node:path';
import type {Host} from '../inventory/index.ts';
import type {Ref} from '../resources/index.ts';
import type {Redactor} from '../text/index.ts';
import {type Connect, type Connection, TransportError} from '../transport/index.ts';
import {HostBackup} from './backup/keep.ts';
import type {Batch} from './batch.ts';
import {Slots} from './concurrency.ts';
import {connectionSettings} from './connection-settings.ts';
import type {Context} from './context.ts';
import type {Elsewhere, Hosts} from './drivers/among.ts';
import {checkDriver} from './drivers/check.ts';
import {lookAhead} from './drivers/lookahead.ts';
import type {Reading} from './drivers/reading.ts';
import {runDriver} from './drivers/run.ts';
import {type Driver, drive, type EventBody, type House, type Interpretation} from './effect.ts';
import {HostAccess} from './host.ts';
import type {OwedHandler} from './journal.ts';
import type {LocalFiles} from './local-files.ts';
import {holderOf} from './lock.ts';
import type {RunOptions} from './options.ts';
import {Overlay} from './overlay.ts';
import {interpretPlay} from './play.ts';
import type {Project} from './project.ts';
import type {Guard} from './quorum.ts';
import {factsNotGathered, HostScopes, type Learned, type PlayVariables} from './scopes.ts';
import type {Steps} from './steps.ts';
import {failsTask, Interrupted, LockHeld, Stopped} from './stop.ts';
import type {Tally} from './tally.ts';
import {walkOf} from './walk.ts';
import {HostWriting, type OwedCount} from './writing.ts';

/** Sees a run from the side. */
export interface Watch {
  project(project: Project): void;
  /** The driver of a host, looked at. */
  watch(host: string, driver: Driver): Driver;
}

/** What the hosts of a run share. */
export interface Shared {
  /** Makes connections that share keys, passphrases and the hosts on the way. */
  readonly connect: Connect;
  readonly options: RunOptions;
  /** The first Ctrl-C, and with it the second. */
  readonly softSignal: AbortSignal;
  readonly hardSignal: AbortSignal;
  readonly house: House;
  readonly project: Project;
  readonly files: LocalFiles;
  readonly tally: Tally;
  readonly run: string;
  /** The run that this one takes back. */
  readonly undoes?: string;
  readonly watch?: Watch;
  readonly emit: (event: EventBody) => void;
  readonly selects: Context['selects'];
  /** Somebody is asked before each task. */
  readonly steps?: Steps;
  readonly ports: PlayVariables['ports'];
  /** Told of every probe: what a run asks. */
  readonly onProbe: (refs: readonly Ref[]) => void;
  /** Learns the secrets that must not be shown. */
  readonly redactor: Redactor;
}

/** What a play says of its hosts' variables; the rest is the run's. */
export type OnePlay = Omit<PlayVariables, 'inventory' | 'extraVars' | 'checkMode' | 'ports'>;

/** The other hosts of the batch, and what they have to do with this one. */
export interface Among {
  readonly batch: Batch;
  readonly guard: Guard;
  readonly stopsWhen: Context['stopsWhen'];
  readonly forcesHandlers: boolean;
  readonly hosts: HostRuns;
}

/** The hosts of a run, and those that its tasks are delegated to, each made when it is first asked for. */
export class HostRuns implements Hosts {
  readonly #runs = new Map<string, HostRun>();
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** @param name of a host of the inventory */
  of(name: string): HostRun {
    const host = this.#shared.project.inventory.hosts.get(name);
    if (!host) throw new Error(`host ${name} was selected and is not in the inventory`);
    const run = this.#runs.get(name) ?? new HostRun(host, this.#shared);
    this.#runs.set(name, run);
    return run;
  }

  reach(name: string): Promise<Elsewhere> {
    return this.of(name).reach();
  }

  reconnect(name: string): Promise<void> {
    return this.of(name).reconnect();
  }

  turnsOf(name: string): Slots {
    return this.of(name).turns;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.close()));
  }
}

/** A host that answers. */
interface Reached {
  readonly access: HostAccess;
  readonly writing: HostWriting;
}

/** One host through all plays of a run. */
export class HostRun {
  readonly name: string;
  /** Only hosts that are `alive` take part in what follows. */
  status: 'alive' | 'failed' | 'stopped' | 'unreachable' = 'alive';
  readonly #host: Host;
  readonly #shared: Shared;
  readonly #overlay: Overlay;
  readonly learned: Learned = {
    facts: factsNotGathered,
    registered: new Map(),
    included: new Map(),
  };
  /** One task at a time works on the host. */
  readonly turns = new Slots(1);
  readonly #owed: OwedCount;
  readonly #journalsRead = new Set<string>();
  #becomes: Context['becomes'] = {};
  #opening: Promise<Reached> | undefined;
  #reached: Reached | undefined;
  /** In the play that it is at. */
  #isThrough = false;
  #lastTask: {readonly name: string; ended: boolean} | undefined;
  /** A task has told why the host goes no further. */
  #failureIsTold = false;

  constructor(host: Host, shared: Shared) {
    const {tally, house} = shared;
    this.name = host.name;
    this.#host = host;
    this.#shared = shared;
    this.#overlay = new Overlay(house.kinds);
    this.#owed = {
      add: (marks) => tally.owe(host.name, marks),
      settle: (marks) => tally.settle(host.name, marks),
    };
  }

  /**
   * Connects, unless it is connected; a host that cannot be reached is said to be so, and takes no further part: of this
   * play, where that is ignored.
   * @throws Interrupted
   */
  async connect(ignoresUnreachable = false): Promise<void> {
    if (this.#reached || this.status !== 'alive') return;
    try {
      await this.#open();
    } catch (error) {
      this.#endedBy(error, ignoresUnreachable);
    }
  }

  /** For a task that another host delegates to this one. @throws TransportError, Interrupted */
  async reach(): Promise<Elsewhere> {
    const {access: host, writing} = await this.#open();
    const {facts} = this.learned;
    const there = {loginUser: host.connection.loginUser, becomes: this.#becomes, facts};
    return {host, writing, overlay: this.#overlay, there};
  }

  /** Connects once, whoever asks first; what failed is tried again by whoever asks next. @throws TransportError, Interrupted */
  #open(): Promise<Reached> {
    this.#opening ??= this.#connect().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** @throws Interrupted */
  async reconnect(): Promise<void> {
    try {
      await this.#reached?.access.reconnect();
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.failure === 'aborted') throw new Interrupted();
    }
  }

  #dial(): Promise<Connection> {
    const {options, project, ports, redactor, softSignal, connect} = this.#shared;
    const {become, becomeUser, ...own} = connectionSettings(this.#host, project.extraVars, ports(undefined));
    this.#becomes = {become, user: becomeUser};
    const {password, becomePassword} = options;
    const settings = {
      ...(password ? {password} : {}),
      ...(becomePassword ? {becomePassword} : {}),
      ...own,
    };
    for (const secret of [settings.becomePassword, settings.password]) if (secret) redactor.add(secret);
    const onWaiting = (message: string): void => this.#shared.emit({type: 'note', host: this.name, message});
    return connect({hostName: this.name, ...settings, onWaiting, signal: softSignal});
  }

  async #connect(): Promise<Reached> {
    const {emit, options, softSignal, hardSignal, house, project, onProbe, run, undoes} = this.#shared;
    if (softSignal.aborted) throw new Interrupted();
    emit({type: 'host', host: this.name, status: 'connecting'});
    const connection = await this.#dial();
    const {now} = options;
    const access = new HostAccess({
      name: this.name,
      connection,
      connect: () => this.#dial(),
      kinds: house.kinds,
      hardSignal,
      now,
      onProbe,
    });
    const holder = holderOf(run, relative(options.cwd, project.playbook.file));
    const backup = new HostBackup(run, undoes, house.kinds, (user) =>
      emit({type: 'writes', host: this.name, user}),
    );
    this.#reached = {access, writing: new HostWriting(access, holder, this.#owed, backup)};
    emit({type: 'host', host: this.name, status: 'connected'});
    return this.#reached;
  }

  /** One play, from facts to handlers. @throws Interrupted */
  async play(one: OnePlay, among: Among): Promise<void> {
    await this.#drive(({access}) => {
      const {context, scopes} = this.#contextOf(one, among, access);
      const {files} = this.#shared;
      const overlay = this.#overlay;
      return {
        interpretation: interpretPlay(context),
        lookAhead: (user) => lookAhead(user, {context, scopes, host: access, files, overlay}),
      };
    }, among);
  }

  /** What is no play: it says itself all that it will ask. @throws Interrupted */
  async carryOut(
    interpretation: Interpretation<boolean>,
    among: Pick<Among, 'batch' | 'guard' | 'hosts'>,
  ): Promise<void> {
    await this.#drive(() => ({interpretation, lookAhead: async () => []}), among);
  }

  async #drive(
    begin: (reached: Reached) => {
      readonly interpretation: Interpretation<boolean>;
      readonly lookAhead: Reading['lookAhead'];
    },
    among: Pick<Among, 'batch' | 'guard' | 'hosts'>,
  ): Promise<void> {
    this.#isThrough = false;
    this.#lastTask = undefined;
    if (!this.#reached || this.status !== 'alive') return;
    try {
      const {interpretation, lookAhead: ahead} = begin(this.#reached);
      if (!(await drive(interpretation, this.#driver(among, this.#reached, ahead)))) this.status = 'failed';
      this.#isThrough = true;
    } catch (error) {
      this.#endedBy(error);
    }
  }

  /** Where an interrupted play was left; undefined when the host was through, or ended for another reason. */
  leftOff(): string | undefined {
    if (this.#isThrough || this.#failureIsTold || !['alive', 'failed'].includes(this.status))
      return undefined;
    const last = this.#lastTask;
    if (!last) return 'interrupted before its first task';
    return `interrupted; left is ${last.ended ? `what follows '${last.name}'` : `'${last.name}', and what follows it`}`;
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    const access = this.#reached?.access;
    if (!access) return;
    const {tally} = this.#shared;
    if (tally.counts(this.name)) tally.host(this.name).roundTrips = access.roundTrips;
    await access.connection.close();
  }

  #contextOf(
    one: OnePlay,
    among: Among,
    access: HostAccess,
  ): {context: Context; scopes: (learned: Learned) => HostScopes} {
    const {options, project, house, run, selects, ports} = this.#shared;
    const checkMode = options.mode === 'check';
    const {inventory, extraVars} = project;
    const scopes = (learned: Learned): HostScopes =>
      new HostScopes({...one, inventory, extraVars, checkMode, ports}, this.#host, learned);
    const context: Context = {
      house,
      host: this.name,
      play: one.play,
      playbookName: relative(options.cwd, project.playbook.file),
      run,
      loginUser: access.connection.loginUser,
      becomes: this.#becomes,
      hostNames: () => [...inventory.hosts.keys()],
      learnedOf: (name) => among.hosts.of(name).learned,
      forcesHandlers: among.forcesHandlers,
      scopes: scopes(this.learned),
      learned: this.learned,
      handlers: [...one.play.handlers],
      owed: new Map(),
      unsure: new Set(),
      journal: {user: access.connection.loginUser},
      checkMode,
      withDiff: options.diff,
      walk: walkOf(one.play.tasks, false),
      included: [],
      selects,
      stopsWhen: among.stopsWhen,
      isStepped: this.#shared.steps !== undefined,
      entersUnknown: false,
      continues: false,
      everyHandler: false,
      onSecret: (secret) => this.#shared.redactor.add(secret),
      onOwed: (journal, marks) => this.#takeOwed(journal, marks),
      now: options.now,
    };
    return {context, scopes};
  }

  #driver(
    {batch, guard, hosts}: Pick<Among, 'batch' | 'guard' | 'hosts'>,
    {access, writing}: Reached,
    lookAhead: Reading['lookAhead'],
  ): Driver {
    const {options, house, files, tally, softSignal, hardSignal, steps} = this.#shared;
    const reading: Reading = {
      self: this.name,
      host: access,
      hosts,
      files,
      overlay: this.#overlay,
      lookAhead,
      emit: (event) => this.#emit(event),
      batch,
      steps,
      guard,
      softSignal,
      hardSignal,
      now: options.now,
    };
    const driver =
      options.mode === 'check'
        ? checkDriver({...reading, owed: this.#owed})
        : runDriver({
            ...reading,
            house,
            writing,
            onWrite: () => tally.write(),
          });
    return this.#shared.watch?.watch(this.name, driver) ?? driver;
  }

  #emit(event: EventBody): void {
    if (event.type === 'task-start') this.#lastTask = {name: event.task.name, ended: false};
    if (event.type === 'task' && this.#lastTask) this.#lastTask.ended = true;
    if (event.type === 'task')
      this.#failureIsTold = (event.status === 'failed' && !event.rescued) || event.status === 'unreachable';
    this.#shared.emit(event);
  }

  /** What a journal says is owed, told to the summary once; what this run adds and settles follows. */
  #takeOwed(journal: string, marks: readonly OwedHandler[]): void {
    if (this.#journalsRead.has(journal)) return;
    this.#journalsRead.add(journal);
    this.#owed.add(marks);
  }

  /** What ends the host, where no task has told it yet. @throws Interrupted, and every defect */
  #endedBy(error: unknown, ignoresUnreachable = false): void {
    this.status = error instanceof Stopped ? 'stopped' : 'failed';
    const {tally, softSignal} = this.#shared;
    if (error instanceof Stopped) this.#note(error.message);
    else if (error instanceof LockHeld || failsTask(error)) {
      if (error instanceof LockHeld) tally.lockedOut(this.name);
      if (!this.#failureIsTold) tally.fail(this.name, error.message);
      if (!this.#failureIsTold) this.#note(`${error.message}; ${error.hint}`);
    } else if (!(error instanceof TransportError)) throw error;
    else if (error.failure === 'aborted' && softSignal.aborted) throw new Interrupted();
    else this.#lost(error, ignoresUnreachable);
  }

  #lost({message: reason, hint}: TransportError, isIgnored: boolean): void {
    this.status = isIgnored ? 'alive' : 'unreachable';
    const details = {reason, ...(hint ? {hint} : {}), ...(isIgnored ? {ignored: true as const} : {})};
    if (!this.#failureIsTold) this.#emit({type: 'host', host: this.name, status: 'unreachable', ...details});
  }

  #note(message: string): void {
    this.#emit({type: 'note', host: this.name, message});
  }
}
