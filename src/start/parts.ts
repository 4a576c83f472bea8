import {dirname, join} from 'node:path';

/** What the built program consists of; `scripts/bundle.ts` writes it into what starts it. */
export interface Contents {
  /** The oldest Node that it runs on, as `20.19`. */
  readonly needs: string;
  /** The digest of each part's code, by its name. */
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Where a part's code stands: a file beside what starts the program, with its digest in the name, so that a program
 * that is built anew never gets a part of the one before.
 * @param program path of what starts it
 * @param sha256 of the part's code
 */
export function partFile(program: string, name: string, sha256: string): string {
  return join(dirname(program), 'parts', `${name}-${sha256.slice(0, 16)}.js`);
}
