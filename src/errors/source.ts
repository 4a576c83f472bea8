/** A place in a text that a person wrote. Line and column count from 1, as editors do; `length` is in characters. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length?: number;
  /** Line and column are those of the decrypted text: what stands at them in the file itself says nothing. */
  readonly decrypted?: true;
  /** It stands under `no_log`: of its line a key or a name is shown, and no value. */
  readonly hushed?: true;
  /** Names beside the usual ones (`api_token`) that stand before secrets: no line shows what follows one. */
  readonly secretNames?: readonly string[];
}

/** `file:line:column`, the form that terminals and editors turn into a link. */
export function formatSource(source: Source): string {
  return `${source.file}:${source.line}:${source.column}`;
}
