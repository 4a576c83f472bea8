/** Places for so many at once; who finds none free waits, first come first served. */
export class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Resolves when a place is taken. @returns gives the place back; to be called once */
  async take(): Promise<() => void> {
    const free = this.takeNow();
    if (free) return free;
    await new Promise<void>((resolve) => this.#queue.push(resolve));
    return () => this.#leave();
  }

  /** The same, where a place is free; else undefined. */
  takeNow(): (() => void) | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    return () => this.#leave();
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#free++;
  }
}

/** Waits for all, then rejects when one of them did. */
export async function allEnded(works: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}
