/** More than hosts usually come in kinds, fewer than would make looking through them dear. */
const most = 8;

/**
 * What something came to on the hosts before, each with what it was made of there. What is each host's own is not tried for
 * ever.
 */
export class Precedents<T> {
  /** The newest first. */
  readonly #kept: T[] = [];
  /** Since when nothing of it was of use. */
  #misses = 0;

  /** Whether it is still worth looking, and keeping. */
  get isTried(): boolean {
    return this.#misses < most;
  }

  /** The one that holds here, too. */
  find(holds: (one: T) => boolean): T | undefined {
    const found = this.#kept.find(holds);
    this.#misses = found === undefined ? this.#misses + 1 : 0;
    return found;
  }

  add(one: T): void {
    this.#kept.unshift(one);
    if (this.#kept.length > most) this.#kept.pop();
  }

  giveUp(): void {
    this.#misses = most;
  }
}

/** Those of a key, made when they are first asked for. */
export function precedentsOf<K, T>(all: Map<K, Precedents<T>>, key: K): Precedents<T> {
  const found = all.get(key) ?? new Precedents<T>();
  all.set(key, found);
  return found;
}
