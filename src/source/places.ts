import type {LineCounter} from 'yaml';
import type {Source} from '../errors/index.ts';

/** Where an offset of a text is, for people. */
export interface Places {
  readonly text: string;
  /** The place from `start` to `end`; its length ends at the end of the line. */
  at(start: number, end?: number): Source;
  /** The text from an offset to the end of its line, without a trailing comment. */
  restOfLine(offset: number): string;
}

/** @param decrypted the text is not what stands in the file */
export function placesOf(text: string, file: string, lines: LineCounter, decrypted: boolean): Places {
  return {
    text,
    at(start, end = start) {
      const {line, col} = lines.linePos(start);
      const newline = text.slice(start, end).search(/\r?\n/);
      const length = newline === -1 ? end - start : newline;
      return {
        file,
        line: Math.max(line, 1),
        column: Math.max(col, 1),
        ...(length > 0 ? {length} : {}),
        ...(decrypted ? {decrypted} : {}),
      };
    },
    restOfLine(offset) {
      const rest = /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? '';
      return rest.replace(/\s+#.*$/, '').trimEnd();
    },
  };
}

/** A text as a YAML scalar in quotes, for hints. */
export function quoteYaml(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}
