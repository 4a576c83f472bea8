import {Finder, type Found} from './finder.ts';
import {formsOf} from './forms.ts';
import type {Secret} from './secret.ts';

/**
 * The second net under `Secret`: replaces every known secret of at least 6 bytes in a text that is about to
 * be shown, in whatever form programs write it. What is encoded may be cut into lines.
 */
export class Redactor {
  /** What secrets hold, each with the name that is shown. */
  readonly #known = new Map<string, string>();
  /** The same of all their forms, made when they are first needed. */
  readonly #names = new Map<string, string>();
  #included = 0;
  #forms = new Finder([]);
  #encoded = new Finder([]);

  /** From now on this secret is replaced by `‹name›`. */
  add(secret: Secret): void {
    const value = secret.reveal();
    const name = String(secret);
    // A command that gives a secret may have it among its words.
    if (!this.#known.has(value)) this.#known.set(value, name.includes(value) ? '‹secret›' : name);
  }

  /** No secret is known yet. */
  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  redact(text: string): string {
    if (this.isEmpty) return text;
    if (this.#included < this.#known.size) this.#include();
    const whole = this.#replaced(text, this.#forms.find(text));
    return whole.includes('\n') ? this.#withoutCutOnes(whole) : whole;
  }

  #include(): void {
    for (const [value, name] of [...this.#known].slice(this.#included))
      for (const form of formsOf(value)) if (!this.#names.has(form)) this.#names.set(form, name);
    this.#included = this.#known.size;
    const forms = [...this.#names.keys()];
    this.#forms = new Finder(forms);
    this.#encoded = new Finder(forms.filter((form) => /^[\w+/-]+$/.test(form)));
  }

  #replaced(text: string, found: readonly Found[]): string {
    if (found.length === 0) return text;
    let result = '';
    let done = 0;
    for (const {start, end, word} of found) {
      result += text.slice(done, start) + (this.#names.get(word) ?? '‹secret›');
      done = end;
    }
    return result + text.slice(done);
  }

  /** As base64 and xxd cut what they write into lines, which others may indent. */
  #withoutCutOnes(text: string): string {
    const found = this.#encoded.find(text.replaceAll(/\r?\n[ \t]*/g, ''));
    if (found.length === 0) return text;
    const breaks = [...text.matchAll(/\r?\n[ \t]*/g)].map(({index, 0: {length}}) => ({index, length}));
    const original = (offset: number): number => {
      let at = offset;
      for (const {index, length} of breaks) {
        if (index > at) break;
        at += length;
      }
      return at;
    };
    return this.#replaced(
      text,
      found.map(({start, end, word}) => ({start: original(start), end: original(end - 1) + 1, word})),
    );
  }
}
