/** A place in a text, from `start` up to `end`, where one of the words stands. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly word: string;
}

const longestPrefix = 3;

/** Finds many words in a text in one pass, whatever their number. */
export class Finder {
  /** The words by their beginning, the longest first. */
  readonly #byPrefix = new Map<string, string[]>();
  /** Where no word begins is known by this alone for nearly all places. */
  readonly #mayBegin = new Uint8Array(1 << 16);
  readonly #prefixLength: number;

  constructor(words: readonly string[]) {
    this.#prefixLength = words.reduce((length, word) => Math.min(length, word.length), longestPrefix);
    for (const word of words) {
      const prefix = word.slice(0, this.#prefixLength);
      const others = this.#byPrefix.get(prefix);
      if (others) others.push(word);
      else this.#byPrefix.set(prefix, [word]);
      this.#mayBegin[this.#hashAt(word, 0)] = 1;
    }
    for (const words of this.#byPrefix.values()) words.sort((a, b) => b.length - a.length);
  }

  /** From left to right, the longest word at each place; they do not overlap. */
  find(text: string): readonly Found[] {
    const found: Found[] = [];
    const last = text.length - this.#prefixLength;
    for (let start = 0; start <= last; start++) {
      if (this.#mayBegin[this.#hashAt(text, start)] === 0) continue;
      const words = this.#byPrefix.get(text.slice(start, start + this.#prefixLength));
      const word = words?.find((one) => text.startsWith(one, start));
      if (word === undefined) continue;
      found.push({start, end: start + word.length, word});
      start += word.length - 1;
    }
    return found;
  }

  #hashAt(text: string, at: number): number {
    let hash = 0;
    for (let index = 0; index < this.#prefixLength; index++) hash = hash * 31 + text.charCodeAt(at + index);
    return hash & 0xffff;
  }
}
