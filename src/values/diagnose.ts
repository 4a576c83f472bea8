import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {codes} from './codes.ts';
import {originsOf} from './origins.ts';
import type {Locate, Problem} from './problem.ts';
import type {Scope} from './scope.ts';

/** A mistake with its place in a file, and with where the values came from that it is about. */
export function toDiagnostic(problem: Problem, locate: Locate, scope: Scope): Diagnostic {
  const {code, message, hint, variables = [], blamed} = problem;
  const source = locate(problem.span);
  const [origin] = blamed === undefined ? [] : scope.origins(blamed);
  // What somebody wrote; what a loop or vprov itself gave is not the mistake.
  if (blamed === undefined || !(origin?.source || origin?.layer === '-e'))
    return errorDiagnostic(codes, code, message, {source, hint, related: originsOf(variables, scope)});
  const [told] = originsOf([blamed], scope);
  const read = {message: `'${blamed}' is read here`, source};
  const related = told && !told.source ? [told, read] : [read];
  return errorDiagnostic(codes, code, message, {source: origin.source, hint, related});
}
