import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {codes} from './codes.ts';
import {originsOf} from './origins.ts';
import type {Locate, Problem} from './problem.ts';
import type {Scope} from './scope.ts';

/** A mistake with its place in a file, and with where the values came from that it is about. */
export function toDiagnostic(problem: Problem, locate: Locate, scope: Scope): Diagnostic {
  return errorDiagnostic(codes, problem.code, problem.message, {
    source: locate(problem.span),
    hint: problem.hint,
    related: originsOf(problem.variables ?? [], scope),
  });
}
