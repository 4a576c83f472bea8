/**
 * A line that the host's shell writes between the bytes of a stream to say where we are:
 * `<record separator><nonce> WORDS…<newline>`. The nonce is unguessable, so no output can contain a mark by chance.
 */
export interface Mark {
  readonly words: readonly string[];
  /** Everything on this stream since the mark before. */
  readonly bytes: Buffer;
}

const separator = '\x1e';
const newline = 0x0a;

/** What a mark begins with; harmless inside single quotes. */
export function markPrefix(nonce: string): string {
  return `${separator}${nonce} `;
}

/** Cuts one stream into the bytes between marks. Each byte is looked at once, however the chunks fall. */
export class MarkReader {
  #prefix: Buffer;
  readonly #onMark: (mark: Mark) => void;
  readonly #takes: (bytes: Buffer) => boolean;
  #before: Buffer[] = [];
  /** The end of the stream so far: what may be the beginning of a mark, or a mark without its newline. */
  #open: Buffer = Buffer.alloc(0);

  /** @param takes gets the bytes between marks as they come, and says whether it keeps them instead of the reader */
  constructor(nonce: string, onMark: (mark: Mark) => void, takes: (bytes: Buffer) => boolean = () => false) {
    this.#prefix = Buffer.from(markPrefix(nonce));
    this.#onMark = onMark;
    this.#takes = takes;
  }

  /** From here on marks have another nonce; those of the one before are bytes like others. */
  expect(nonce: string): void {
    this.#prefix = Buffer.from(markPrefix(nonce));
  }

  push(chunk: Buffer): void {
    let rest = this.#open.length === 0 ? chunk : Buffer.concat([this.#open, chunk]);
    for (;;) {
      const start = rest.indexOf(this.#prefix);
      if (start < 0) {
        const keep = beginningOf(this.#prefix, rest);
        this.#keepBytes(rest.subarray(0, rest.length - keep));
        this.#open = rest.subarray(rest.length - keep);
        return;
      }
      const end = rest.indexOf(newline, start + this.#prefix.length);
      if (end < 0) {
        this.#keepBytes(rest.subarray(0, start));
        this.#open = rest.subarray(start);
        return;
      }
      this.#keepBytes(rest.subarray(0, start));
      const bytes = Buffer.concat(this.#before);
      this.#before = [];
      const words = rest.toString('latin1', start + this.#prefix.length, end).split(' ');
      rest = rest.subarray(end + 1);
      this.#open = Buffer.alloc(0);
      this.#onMark({words, bytes});
    }
  }

  /** The bytes since the last mark: what was said before all ended. */
  rest(): Buffer {
    return Buffer.concat([...this.#before, this.#open]);
  }

  #keepBytes(bytes: Buffer): void {
    if (bytes.length > 0 && !this.#takes(bytes)) this.#before.push(bytes);
  }
}

/** How many bytes at the end of `bytes` are the beginning of `prefix`. */
function beginningOf(prefix: Buffer, bytes: Buffer): number {
  for (let length = Math.min(prefix.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(prefix.subarray(0, length))) return length;
  }
  return 0;
}
