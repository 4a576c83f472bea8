import {relative} from 'node:path';
import type {Batch} from './batch.ts';
import {Slots} from './concurrency.ts';
import type {Context} from './context.ts';
import type {Elsewhere, Hosts} from './drivers/among.ts';
import {checkDriver} from './drivers/check.ts';
import {foreseenRefusal, lookAhead} from './drivers/lookahead.ts';
import type {Reading} from './drivers/reading.ts';
import {runDriver} from './drivers/run.ts';
import {type Driver, drive, type Interpretation} from './effect.ts';
import type {HostAccess} from './host.ts';
import {HostConnection, type Reached} from './host-connection.ts';
import {type HostStatus, HostTelling} from './host-telling.ts';
import type {OwedHandler} from './journal.ts';
import {Overlay} from './overlay.ts';
import {interpretPlay} from './play.ts';
import type {Guard} from './quorum.ts';
import {factsNotGathered, HostScopes, type Learned, type PlayVariables} from './scopes.ts';
import type {Shared} from './shared.ts';
import {walkOf} from './walk.ts';
import type {OwedCount} from './writing.ts';

/** What a play says of its hosts' variables; the rest is the run's. */
export type OnePlay = Omit<PlayVariables, 'inventory' | 'extraVars' | 'checkMode' | 'ports'>;

/** The other hosts of the batch, and what they have to do with this one. */
export interface Among {
  readonly batch: Batch;
  readonly guard: Guard;
  readonly stopsWhen: Context['stopsWhen'];
  readonly forcesHandlers: boolean;
  readonly hosts: HostsAtWork;
}

/** The hosts of a run, and those that its tasks are delegated to. */
export interface HostsAtWork extends Hosts {
  /** @param name of a host of the inventory */
  of(name: string): Pick<HostRun, 'learned'>;
}

/** One host through all plays of a run. */
export class HostRun {
  readonly name: string;
  status: HostStatus = 'alive';
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
  readonly #connection: HostConnection;
  readonly #telling: HostTelling;
  /** In the play that it is at. */
  #isThrough = false;

  constructor(name: string, shared: Shared) {
    const {tally, house} = shared;
    this.name = name;
    this.#shared = shared;
    this.#overlay = new Overlay(house.kinds);
    this.#owed = {
      add: (marks) => tally.owe(name, marks),
      settle: (marks) => tally.settle(name, marks),
    };
    this.#connection = new HostConnection(name, shared, this.#owed);
    this.#telling = new HostTelling(name, shared);
  }

  /**
   * Connects, unless it is connected; a host that cannot be reached is said to be so, and takes no further part: of this
   * play, where that is ignored.
   * @throws Interrupted
   */
  async connect(ignoresUnreachable = false): Promise<void> {
    if (this.#connection.reached || this.status !== 'alive') return;
    try {
      await this.#connection.open();
    } catch (error) {
      this.status = this.#telling.ended(error, ignoresUnreachable);
    }
  }

  /** It is connected: how is settled for the rest of the run. */
  get isReached(): boolean {
    return this.#connection.reached !== undefined;
  }

  /** For a task that another host delegates to this one. @throws TransportError, Interrupted */
  async reach(): Promise<Elsewhere> {
    const {access: host, writing} = await this.#connection.open();
    const {facts} = this.learned;
    const there = {loginUser: host.connection.loginUser, becomes: this.#connection.becomes, facts};
    return {host, writing, overlay: this.#overlay, there};
  }

  /** @throws Interrupted */
  reconnect(): Promise<void> {
    return this.#connection.reconnect();
  }

  /** One play, from facts to handlers. @throws Interrupted */
  async play(one: OnePlay, among: Among): Promise<void> {
    await this.#drive(({access}) => {
      const {context, scopes} = this.#contextOf(one, among, access);
      const {files, softSignal: signal} = this.#shared;
      const overlay = this.#overlay;
      const ahead = {context, scopes, host: access, files, overlay, signal};
      return {
        interpretation: interpretPlay(context),
        lookAhead: (user) => lookAhead(user, ahead),
        foresee: () => foreseenRefusal(ahead),
      };
    }, among);
  }

  /** What is no play: it says itself all that it will ask. @throws Interrupted */
  async carryOut(
    interpretation: Interpretation<boolean>,
    among: Pick<Among, 'batch' | 'guard' | 'hosts'>,
  ): Promise<void> {
    const nothing = {lookAhead: async () => [], foresee: async () => undefined};
    await this.#drive(() => ({interpretation, ...nothing}), among);
  }

  async #drive(
    begin: (reached: Reached) => {
      readonly interpretation: Interpretation<boolean>;
    } & Pick<Reading, 'lookAhead' | 'foresee'>,
    among: Pick<Among, 'batch' | 'guard' | 'hosts'>,
  ): Promise<void> {
    this.#isThrough = false;
    this.#telling.begin();
    const {reached} = this.#connection;
    if (!reached || this.status !== 'alive') return;
    try {
      const {interpretation, ...ahead} = begin(reached);
      if (!(await drive(interpretation, this.#driver(among, reached, ahead)))) this.status = 'failed';
      this.#isThrough = true;
    } catch (error) {
      this.status = this.#telling.ended(error, false);
    }
  }

  /** Where an interrupted play was left; undefined when the host was through, or ended for another reason. */
  leftOff(): string | undefined {
    if (this.#isThrough || !['alive', 'failed'].includes(this.status)) return undefined;
    return this.#telling.leftOff();
  }

  /** Ends the connection. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  #contextOf(
    one: OnePlay,
    among: Among,
    access: HostAccess,
  ): {context: Context; scopes: (learned: Learned) => HostScopes} {
    const {options, project, inventory, house, run, selects, ports} = this.#shared;
    const checkMode = options.mode === 'check';
    const {extraVars} = project;
    const scopes = (learned: Learned): HostScopes =>
      new HostScopes({...one, inventory, extraVars, checkMode, ports}, this.name, learned);
    const context: Context = {
      house,
      host: this.name,
      play: one.play,
      playbookName: relative(options.cwd, one.play.file),
      run,
      loginUser: access.connection.loginUser,
      becomes: this.#connection.becomes,
      inventory,
      learnedOf: (name) => among.hosts.of(name).learned,
      forcesHandlers: among.forcesHandlers,
      scopes: scopes(this.learned),
      commands: ports.commands,
      learned: this.learned,
      handlers: [...one.play.handlers],
      owed: new Map(),
      unsure: new Set(),
      mayRun: new Map(),
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
    ahead: Pick<Reading, 'lookAhead' | 'foresee'>,
  ): Driver {
    const {options, house, files, sealed, tally, softSignal, hardSignal, steps} = this.#shared;
    const reading: Reading = {
      self: this.name,
      host: access,
      hosts,
      files,
      sealed,
      overlay: this.#overlay,
      ...ahead,
      emit: (event) => this.#telling.emit(event),
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

  /** What a journal says is owed, told to the summary once; what this run adds and settles follows. */
  #takeOwed(journal: string, marks: readonly OwedHandler[]): void {
    if (this.#journalsRead.has(journal)) return;
    this.#journalsRead.add(journal);
    this.#owed.add(marks);
  }
}
