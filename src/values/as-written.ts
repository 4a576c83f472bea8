import type {Diagnostic} from '../errors/index.ts';
import type {Expression} from '../playbook/index.ts';
import type {Node} from '../source/index.ts';
import {createScope} from './chain.ts';
import {toDiagnostic} from './diagnose.ts';
import {compileExpression} from './expression/compile.ts';
import {noSuchFunction} from './expression/unknown-function.ts';
import {locateInExpression, locateInScalar} from './position.ts';
import {ProblemError} from './problem.ts';
import {programOf} from './template/programs.ts';
import {mayBeTemplate} from './template/syntax.ts';

/** Of nothing: for what is made of no variables. */
export const staticScope = createScope([]);

/** What is wrong with the templates of a node as they are written, whatever their names may stand for. */
export function mistakesOfTemplates(node: Node): readonly Diagnostic[] {
  switch (node.type) {
    case 'list':
      return node.items.flatMap(mistakesOfTemplates);
    case 'map':
      return node.entries.flatMap(({value}) => mistakesOfTemplates(value));
    case 'scalar': {
      const {value, raw, secret} = node;
      if (typeof value !== 'string' || raw || secret !== undefined || !mayBeTemplate(value)) return [];
      return programOf(value).problems.map((one) => toDiagnostic(one, locateInScalar(node), staticScope));
    }
  }
}

/** The expressions in a value that its schema says to be one, or a list of them. */
export function expressionsOf(node: Node): readonly Expression[] {
  if (node.type === 'list') return node.items.flatMap(expressionsOf);
  if (node.type !== 'scalar' || node.value === null || node.secret !== undefined) return [];
  const {value, text, source, written} = node;
  return [
    {text: typeof value === 'string' ? value : text, source, ...(written === undefined ? {} : {written})},
  ];
}

/** What is wrong with an expression as it is written. */
export function mistakesOfExpression(expression: Expression): readonly Diagnostic[] {
  try {
    const {unknownCalls, spanOf} = compileExpression(expression.text);
    return unknownCalls.map((call) =>
      toDiagnostic(noSuchFunction(call, spanOf), locateInExpression(expression), staticScope),
    );
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [toDiagnostic(error.problem, locateInExpression(expression), staticScope)];
  }
}
