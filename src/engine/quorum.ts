import {setMaxListeners} from 'node:events';
import {Interrupted, Stopped} from './stop.ts';

/** What keeps the hosts of one play together. */
export interface Together {
  /** Awaited before a host's first change, made or planned. @throws Stopped, Interrupted */
  beforeChange(host: string, signal: AbortSignal): Promise<void>;
  /** The host takes no further part in the play. */
  ended(host: string, well: boolean): void;
  /**
   * Lets one host at a time do what may cost the others their quorum, and none after one that did not end well.
   * @throws Stopped
   */
  alone<T>(host: string, work: () => Promise<{readonly outcome: T; readonly well: boolean}>): Promise<T>;
}

/** A play whose hosts have nothing to do with each other. */
export const apart: Together = {
  beforeChange: async () => undefined,
  ended: () => undefined,
  alone: async (_host, work) => (await work()).outcome,
};

/**
 * The hosts of a play over a quorum. None makes its first change until each of the others has come to its own, or to
 * its end; when one failed before any wrote, none does. All hosts must be worked on at the same time.
 */
export class Quorum implements Together {
  readonly #working: Set<string>;
  readonly #waiting = new Map<string, {readonly go: () => void; readonly stop: (error: Error) => void}>();
  readonly #failed: string[] = [];
  #open = false;
  #broken: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(hosts: readonly string[]) {
    this.#working = new Set(hosts);
  }

  async beforeChange(host: string, signal: AbortSignal): Promise<void> {
    if (this.#open) return;
    if (signal.aborted) throw new Interrupted();
    const onAbort = (): void => this.#waiting.get(host)?.stop(new Interrupted());
    setMaxListeners(0, signal);
    signal.addEventListener('abort', onAbort, {once: true});
    try {
      await new Promise<void>((go, stop) => {
        this.#working.delete(host);
        this.#waiting.set(host, {go, stop});
        this.#decide();
      });
    } finally {
      this.#waiting.delete(host);
      signal.removeEventListener('abort', onAbort);
    }
  }

  ended(host: string, well: boolean): void {
    this.#working.delete(host);
    if (!well && !this.#open) this.#failed.push(host);
    this.#decide();
  }

  async alone<T>(
    host: string,
    work: () => Promise<{readonly outcome: T; readonly well: boolean}>,
  ): Promise<T> {
    const turn = this.#last.then(async () => {
      if (this.#broken !== undefined && this.#broken !== host)
        throw new Stopped(
          `not done, because it did not end well on ${this.#broken}, and this play is over a quorum`,
        );
      let well = false;
      try {
        const done = await work();
        ({well} = done);
        return done.outcome;
      } finally {
        if (!well) this.#broken ??= host;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** When no host is on its way any more, those that wait may go, or none. */
  #decide(): void {
    if (this.#open || this.#working.size > 0 || this.#waiting.size === 0) return;
    if (this.#failed.length === 0) {
      this.#open = true;
      for (const {go} of this.#waiting.values()) go();
      return;
    }
    const names = this.#failed.join(', ');
    for (const {stop} of this.#waiting.values())
      stop(new Stopped(`nothing was done, because ${names} failed, and this play is over a quorum`));
  }
}
