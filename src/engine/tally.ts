import type {EventBody} from './effect.ts';
import type {ExitCode, HostCounts, TaskStatus} from './events.ts';
import type {OwedHandler} from './journal.ts';
import {sameHandler} from './journal.ts';

type Mutable<T> = {-readonly [K in keyof T]: T[K]};

/** The counts of a run, host by host, and the exit code that follows from them. */
export class Tally {
  readonly #hosts = new Map<string, Mutable<HostCounts>>();
  readonly #owed = new Map<string, OwedHandler[]>();
  readonly #reasons = new Map<string, string>();
  #wrote = false;
  readonly #locked = new Set<string>();
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
      attention: 0,
      roundTrips: 0,
    };
    this.#hosts.set(name, counts);
    return counts;
  }

  /** The hosts of the run. */
  names(): readonly string[] {
    return [...this.#hosts.keys()];
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
    if (event.attention !== undefined) counts.attention++;
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
    counts[countedAs(event)]++;
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

  /** Another run holds this host's lock, which ends it here. What that has notified meanwhile is its own to run. */
  lockedOut(host: string, other?: string): void {
    this.#locked.add(host);
    const left = this.owed(host).filter(({run}) => run !== other);
    this.#owed.set(host, left);
  }

  /**
   * What is wrong decides, and nothing hides what weighs more: 6 before 4, 2 before 1 and 5. So 1 and 5 say that this is
   * all there is: nothing was written and nothing is owed; come again when the other run has ended.
   * @param countsOwed whether what stays owed is wrong: to a plan, what other playbooks owe is nothing
   */
  exitCode(detailed: boolean, countsOwed = true): ExitCode {
    const all = Object.entries(this.hosts());
    const owes =
      countsOwed &&
      all.some(([host, {owed, changed}]) => owed > 0 && (!this.#locked.has(host) || changed > 0));
    const fails = this.mistaken || all.some(([host, {failed}]) => failed > 0 && !this.#locked.has(host));
    const locked = this.#locked.size > 0;
    if (all.some(([, {unreachable}]) => unreachable > 0)) return fails || owes || locked ? 6 : 4;
    if (fails || owes) {
      const isRefused = fails && this.#refusals === this.#failures;
      return isRefused && !owes && !locked && !this.#wrote ? 1 : 2;
    }
    if (locked) return 5;
    const wantsAttention = all.some(([, {attention, changed}]) => attention > 0 || (detailed && changed > 0));
    return wantsAttention ? 3 : 0;
  }
}

/** What only a check of a task would change is no change of the run's. */
function countedAs({
  status,
  onlyChecked,
}: Extract<EventBody, {type: 'task'}>): Exclude<TaskStatus, 'would-change'> {
  if (status !== 'would-change') return status;
  return onlyChecked ? 'ok' : 'changed';
}
