import {inspect} from 'node:util';

/**
 * A value that must never be shown. It travels marked, through templates, quoting and diffs;
 * only `reveal` opens it, and only where bytes leave for the host that needs them.
 */
export class Secret {
  readonly name: string;
  readonly #value: string;

  /** @param name what is shown in its place: `‹name›` */
  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  /** The secret itself. Never for events, diffs, logs or errors. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `‹${this.name}›`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
