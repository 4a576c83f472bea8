import {type Diagnostic, type Source, Stackless, VprovError} from '../errors/index.ts';
import type {Code} from './codes.ts';

/** A place inside a template or expression: line from 1, column from 0, both within that text. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** From a place inside a text to the place in the file that holds the text. */
export type Locate = (span: Span) => Source;

/** A mistake in a template or expression, before it is known in which file the text stands. */
export interface Problem {
  readonly code: Code;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string | undefined;
  /** The variables that the mistake is about: the diagnostic says where their values came from. */
  readonly variables?: readonly string[] | undefined;
  /** The variable whose value is the mistake, wherever it is read: it is told where that is written. */
  readonly blamed?: string | undefined;
}

/** How evaluation reports a mistake to the edge of this room. */
export class ProblemError extends Stackless {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** The diagnostics of an error of ours, each with the place that read the broken variable. */
export function readBy(error: VprovError, source: Source, name: string): VprovError {
  const diagnostics = error.diagnostics.map((diagnostic): Diagnostic => {
    const related = diagnostic.related ?? [];
    if (related.length >= 4) return diagnostic;
    return {...diagnostic, related: [...related, {message: `'${name}' is read here`, source}]};
  });
  return new VprovError(diagnostics, {cause: error});
}

/** One mistake is one diagnostic, however often it is read. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({code, message, source}) => {
    const key = JSON.stringify([code, message, source]);
    return !seen.has(key) && seen.add(key);
  });
}
