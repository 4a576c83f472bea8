import type {Batch, Place} from './batch.ts';
import {Stopped} from './stop.ts';

/** What the other hosts of a play have to say before a host is changed. */
export interface Guard {
  /** Awaited before a host's first change, made or planned. @throws Stopped, Interrupted */
  beforeChange(host: string, signal: AbortSignal): Promise<void>;
  /**
   * Awaited before what may cost the hosts their quorum: no other run works on any of them, and none will until this one ends.
   * @param user whose sessions hold their locks. @throws LockHeld, Interrupted
   */
  hold(user: string): Promise<void>;
  /**
   * Lets one host at a time do what may cost the others their quorum, and none after one that did not end well.
   * @throws Stopped
   */
  alone<T>(host: string, work: () => Promise<{readonly outcome: T; readonly well: boolean}>): Promise<T>;
}

/** A play whose hosts have nothing to do with each other. */
export const unguarded: Guard = {
  beforeChange: async () => undefined,
  hold: async () => undefined,
  alone: async (_host, work) => (await work()).outcome,
};

/** Who waits elsewhere has not come to its first change yet: it goes on before. */
const firstChange: Place = {name: 'first change', order: [], isGate: true};

/**
 * The hosts of a play over a quorum. None makes its first change until each of the others has come to its own, or to
 * its end; when one failed before any wrote, none does.
 */
export class Quorum implements Guard {
  readonly #batch: Batch;
  readonly hold: Guard['hold'];
  #open = false;
  #broken: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** @param hold takes the locks of all hosts, of those that do not take part, too */
  constructor(batch: Batch, hold: Guard['hold']) {
    this.#batch = batch;
    this.hold = hold;
  }

  async beforeChange(host: string, signal: AbortSignal): Promise<void> {
    if (this.#open) return;
    const {failed} = await this.#batch.meet(host, firstChange, signal);
    if (failed.length > 0)
      throw new Stopped(
        `nothing was done, because ${failed.join(', ')} failed, and this play is over a quorum`,
      );
    this.#open = true;
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
}
