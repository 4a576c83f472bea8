import {type Diagnostic, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Inventory} from '../inventory/index.ts';
import {engineCodes} from './codes.ts';
import type {Slots} from './concurrency.ts';
import {connectionSettings} from './connection-settings.ts';
import type {Elsewhere} from './drivers/among.ts';
import {unknownAddress} from './growth.ts';
import {HostRun, type HostsAtWork} from './host-run.ts';
import {type HostGrowth, hostIn} from './run-inventory.ts';
import type {Shared} from './shared.ts';

/** The hosts of a run, and those that its tasks are delegated to, each made when it is first asked for. */
export class HostRuns implements HostsAtWork {
  readonly #runs = new Map<string, HostRun>();
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** @param name of a host of the inventory */
  of(name: string): HostRun {
    const {name: known} = hostIn(this.#shared.inventory.current, name);
    const run = this.#runs.get(name) ?? new HostRun(known, this.#shared);
    this.#runs.set(name, run);
    return run;
  }

  /** Of a host that has taken part so far. */
  known(name: string): HostRun | undefined {
    return this.#runs.get(name);
  }

  grow(growth: HostGrowth | undefined): void {
    const {inventory, project, ports} = this.#shared;
    const {host, groups} = growth ?? {};
    const isReached = host !== undefined && this.#runs.get(host)?.isReached === true;
    // Of whom it is not known how to reach it takes no part.
    if (!growth || host === undefined || (!isReached && (!groups || unknownAddress(growth.variables)))) {
      inventory.mayGrowAnyhow();
      return;
    }
    if (groups === undefined) {
      inventory.mayGrow(growth);
      return;
    }
    const settingsIn = (one: Inventory): string =>
      JSON.stringify(connectionSettings(hostIn(one, host), project.extraVars, ports(undefined)));
    inventory.grow({...growth, host, groups}, (grown) => {
      const settings = settingsIn(grown);
      if (isReached && settings !== settingsIn(inventory.current))
        throw new VprovError(reachedBefore(host, growth));
    });
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

function reachedBefore(host: string, {source}: HostGrowth): Diagnostic {
  const message = `${host} is connected already: how it is reached can no longer be changed in this run`;
  const hint = 'give it these variables before its first task';
  return errorDiagnostic(engineCodes, 'ENG017', message, {source, hint});
}
