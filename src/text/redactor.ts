import type {Secret} from './secret.ts';

const shortestSecretBytes = 6;

/**
 * The second net under `Secret`: replaces every known secret of at least 6 bytes in a text that is about to
 * be shown, as it is and in base64, URL, JSON and hexadecimal form. Of a secret of several lines, also each of these.
 */
export class Redactor {
  readonly #known = new Set<string>();
  readonly #forms = new Map<string, string>();
  #pattern: RegExp | undefined;

  /** From now on this secret is replaced by `‹name›`. */
  add(secret: Secret): void {
    const value = secret.reveal();
    if (this.#known.has(value)) return;
    this.#known.add(value);
    for (const part of partsOf(value)) {
      for (const form of formsOf(part)) this.#forms.set(form, String(secret));
    }
    this.#pattern = undefined;
  }

  /** No secret is known yet. */
  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  redact(text: string): string {
    if (this.isEmpty) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms.keys()]
        .sort((a, b) => b.length - a.length)
        .map(escapePattern)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, (found) => this.#forms.get(found) ?? '‹secret›');
  }
}

/** What must not be seen: all of it, and since diffs and logs cut texts into lines, each line. */
function partsOf(value: string): readonly string[] {
  const lines = value.split(/\r\n|\n|\r/).map((line) => line.trim());
  return [value, ...(lines.length > 1 ? lines : [])].filter(
    (part) => Buffer.byteLength(part) >= shortestSecretBytes,
  );
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
