import {relative} from 'node:path';
import type {Host} from '../inventory/index.ts';
import {type Connection, TransportError} from '../transport/index.ts';
import {HostBackup} from './backup/keep.ts';
import {type ConnectionSettings, connectionSettings} from './connection-settings.ts';
import type {Context} from './context.ts';
import {HostAccess} from './host.ts';
import {holderOf} from './lock.ts';
import {hostIn} from './run-inventory.ts';
import type {Shared} from './shared.ts';
import {Interrupted} from './stop.ts';
import {HostWriting, type OwedCount} from './writing.ts';

/** A host that answers. */
export interface Reached {
  readonly access: HostAccess;
  readonly writing: HostWriting;
}

/** The connection to one host of a run: made when it is first asked for, and used to the run's end. */
export class HostConnection {
  readonly #name: string;
  readonly #shared: Shared;
  readonly #owed: OwedCount;
  #becomes: Context['becomes'] = {};
  #opening: Promise<Reached> | undefined;
  #reached: Reached | undefined;

  /** @param owed learns what this run comes to owe there, and what it settles */
  constructor(name: string, shared: Shared, owed: OwedCount) {
    this.#name = name;
    this.#shared = shared;
    this.#owed = owed;
  }

  /** Undefined until it is connected. */
  get reached(): Reached | undefined {
    return this.#reached;
  }

  /** As its connection variables have it, which are looked at when it is dialled. */
  get becomes(): Context['becomes'] {
    return this.#becomes;
  }

  /** Connects once, whoever asks first; what failed is tried again by whoever asks next. @throws TransportError, Interrupted */
  open(): Promise<Reached> {
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

  async #dial(): Promise<Connection> {
    const {options, inventory, redactor, softSignal, connect} = this.#shared;
    const host = hostIn(inventory.current, this.#name);
    const {become, becomeUser, ...own} = await this.#settingsOf(host);
    this.#becomes = {become, user: becomeUser};
    const {password, becomePassword} = options;
    const settings = {
      ...(password ? {password} : {}),
      ...(becomePassword ? {becomePassword} : {}),
      ...own,
    };
    for (const secret of [settings.becomePassword, settings.password]) if (secret) redactor.add(secret);
    const onWaiting = (message: string): void => this.#shared.emit({type: 'note', host: this.#name, message});
    return connect({hostName: this.#name, ...settings, onWaiting, signal: softSignal});
  }

  async #settingsOf(host: Host): Promise<ConnectionSettings> {
    const {project, ports, softSignal} = this.#shared;
    const settings = () => connectionSettings(host, project.extraVars, ports(undefined));
    try {
      return await ports.commands.settled(settings, softSignal);
    } catch (error) {
      if (softSignal.aborted) throw new Interrupted();
      throw error;
    }
  }

  async #connect(): Promise<Reached> {
    const {emit, options, softSignal, hardSignal, house, project, onProbe, run, undoes, sealed} =
      this.#shared;
    if (softSignal.aborted) throw new Interrupted();
    emit({type: 'host', host: this.#name, status: 'connecting'});
    const connection = await this.#dial();
    const {now} = options;
    const access = new HostAccess({
      name: this.#name,
      connection,
      connect: () => this.#dial(),
      kinds: house.kinds,
      cwd: options.cwd,
      sealed,
      hardSignal,
      now,
      onProbe,
    });
    const holder = holderOf(run, relative(options.cwd, project.playbook.file));
    const backup = new HostBackup(run, undoes, house.kinds, (user) =>
      emit({type: 'writes', host: this.#name, user}),
    );
    this.#reached = {access, writing: new HostWriting(access, holder, this.#owed, backup)};
    emit({type: 'host', host: this.#name, status: 'connected'});
    return this.#reached;
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    const access = this.#reached?.access;
    if (!access) return;
    const {tally} = this.#shared;
    if (tally.counts(this.#name)) tally.host(this.#name).roundTrips = access.roundTrips;
    await access.connection.close();
  }
}
