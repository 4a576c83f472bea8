import type {EventBody} from './effect.ts';
import type {ExitCode, HostCounts} from './events.ts';
import type {OwedHandler} from './journal.ts';
import {sameHandler} from './journal.ts';

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** The counts of a run, host by host, and the exit code that follows from them. */
export class Tally {
  readonly #hosts = new Map<string, Mutable<HostCounts>>();
  readonly #owed = new Map<string, OwedHandler[]>();
  readonly #reasons = new Map<string, string>();
  #wrote = false;
  /** Another run held a host's lock. */
  locked = false;
  /** A play could not be begun, for a mistake that validation could not see. */
  mistaken = false;
  #refusals = 0;
  #failures = 0;

  host(name: string): Mutable<HostCounts> {
    const counts = this.#hosts.get(name) ?? {
      ok: 0,
      changed: 0,
      failed: 0,
      skipped: 0,
      rescued: 0,
      unknown: 0,
      unreachable: 0,
      owed: 0,
      roundTrips: 0,
    };
    this.#hosts.set(name, counts);
    return counts;
  }

  /** Whether the host is one of the run: tasks may be delegated to others. */
  counts(name: string): boolean {
    return this.#hosts.has(name);
  }

  /** Counts what an event says. */
  count(event: EventBody): void {
    if (event.type === 'host' && event.status === 'unreachable' && !event.ignored) {
      this.host(event.host).unreachable++;
      this.#reasons.set(event.host, event.reason ?? 'unreachable');
    }
    if (event.type !== 'task') return;
    const counts = this.host(event.host);
    if (event.rescued) {
      counts.rescued++;
      return;
    }
    if (event.status === 'failed') {
      this.#failures++;
      if (event.refused) this.#refusals++;
    }
    if (event.status === 'failed' || event.status === 'unreachable')
      this.#reasons.set(event.host, event.message ?? event.status);
    counts[event.status === 'would-change' ? 'changed' : event.status]++;
  }

  /** A failure that belongs to no task. */
  fail(host: string, reason: string): void {
    this.#failures++;
    this.host(host).failed++;
    this.#reasons.set(host, reason);
  }

  /** Something was written to a host. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** Something is written to a host from now on. */
  write(): void {
    this.#wrote = true;
  }

  /** Why a host went no further: the reason that its handlers stay owed. */
  reason(host: string): string | undefined {
    return this.#reasons.get(host);
  }

  owe(host: string, marks: readonly OwedHandler[]): void {
    const others = this.owed(host).filter((known) => !marks.some((mark) => sameHandler(mark, known)));
    this.#owed.set(host, [...others, ...marks]);
  }

  settle(host: string, marks: readonly OwedHandler[]): void {
    const left = this.owed(host).filter((known) => !marks.some((mark) => sameHandler(mark, known)));
    this.#owed.set(host, left);
  }

  owed(host: string): readonly OwedHandler[] {
    return this.#owed.get(host) ?? [];
  }

  /** Everything, with the handlers that are still owed. */
  hosts(): Readonly<Record<string, HostCounts>> {
    for (const [name, counts] of this.#hosts) counts.owed = this.owed(name).length;
    return Object.fromEntries(this.#hosts);
  }

  exitCode(detailed: boolean): ExitCode {
    const all = Object.values(this.hosts());
    const failed = this.mistaken || all.some((counts) => counts.failed > 0 || counts.owed > 0);
    const unreachable = all.some((counts) => counts.unreachable > 0);
    if (this.locked) return 5;
    if (failed && unreachable) return 6;
    if (unreachable) return 4;
    if (failed)
      return (this.mistaken || this.#failures > 0) && this.#refusals === this.#failures && !this.#wrote
        ? 1
        : 2;
    return detailed && all.some((counts) => counts.changed > 0) ? 3 : 0;
  }
}
