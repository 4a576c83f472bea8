/** Reads a probe's output from front to back. Bytes, because a file's text may be anything. */
export class Cursor {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws Error at the end: the script prints every line that is asked for */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#offset);
    if (end < 0) throw new Error('the output of a probe ends too early');
    const line = this.#bytes.toString('utf8', this.#offset, end);
    this.#offset = end + 1;
    return line;
  }

  lines(count: number): readonly string[] {
    return Array.from({length: count}, () => this.line());
  }

  /**
   * The bytes up to a line that is exactly `marker`, without the newline before it.
   * @throws Error when there is no such line
   */
  block(marker: string): Buffer {
    const frame = Buffer.from(`\n${marker}\n`);
    const end = this.#bytes.indexOf(frame, this.#offset);
    if (end < 0) throw new Error('the output of a probe ends too early');
    const block = this.#bytes.subarray(this.#offset, end);
    this.#offset = end + frame.length;
    return block;
  }
}
