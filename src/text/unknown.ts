import {Stackless} from '../errors/index.ts';

/**
 * A value that can be known only after the run has done something: a fact in validation, the result of
 * a command in check mode. Reading it throws `UnknownRead`; whoever asks shows the reason instead.
 */
export class Unknown {
  /** Completes the sentence "known after the run: …". */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }

  toString(): string {
    throw new UnknownRead(this);
  }

  toJSON(): {unknown: string} {
    return {unknown: this.reason};
  }
}

/** What is a mistake, which is told where it is made: whoever reads it has none. */
export class Mistaken extends Unknown {}

/** Thrown by templates, expressions and wants that read an unknown. The engine turns it into the status "unknown". */
export class UnknownRead extends Stackless {
  readonly unknown: Unknown;

  constructor(unknown: Unknown) {
    super(`known after the run: ${unknown.reason}`);
    this.name = 'UnknownRead';
    this.unknown = unknown;
  }
}
