import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {comparesLetters} from '../functions/logic.ts';
import type {Problem, Span} from '../problem.ts';
import {guardOperands} from './open-node.ts';
import {isMember} from './secrets.ts';
import {Hidden} from './view.ts';

/**
 * Makes `<`, `<=`, `>` and `>=` refuse texts that look like versions or numbers: `"1.10" > "1.9"` compares
 * letters and is false.
 */
export function guardComparison(node: ASTNode): void {
  guardOperands(node, (left, right, proceed) => {
    if (typeof left === 'string' && typeof right === 'string') {
      if (comparesLetters(left) || comparesLetters(right)) throw lettersError(node);
    }
    return proceed(left, right);
  });
}

/**
 * Makes `in` refuse a number among texts and a text among numbers: like `==` between the two, it is never so, and was
 * meant otherwise. Secrets are texts to it.
 */
export function guardMembership(node: ASTNode): void {
  guardOperands(node, (item, list, proceed) => {
    const type = scalarType(item);
    if (type !== undefined && Array.isArray(list) && list.length > 0) {
      const types = new Set(list.map(scalarType));
      const [only] = types;
      if (types.size === 1 && only !== undefined && only !== type) throw neverError(node, type, only);
    }
    return isMember(item, list, proceed);
  });
}

function scalarType(value: unknown): string | undefined {
  if (typeof value === 'string' || value instanceof Hidden) return 'text';
  return typeof value === 'number' || typeof value === 'bigint' ? 'number' : undefined;
}

export const neverCode = 'never_in';

function neverError(node: ASTNode, type: string, others: string): EvaluationError {
  return new EvaluationError({
    code: neverCode,
    message: `a ${type} is never in a list of ${others}s`,
    node,
  });
}

export const lettersCode = 'compares_letters';

/** What is said of versions and numbers that are compared as texts. */
export function lettersProblem(node: ASTNode | undefined, span: Span): Problem {
  const operator = node?.op ?? '<';
  return {
    code: 'VAL012',
    message: `'${operator}' compares these texts letter by letter`,
    span,
    hint: lettersHint(node),
  };
}

/** The comparison that was meant, of what stands on both sides. */
function lettersHint(node: ASTNode | undefined): string | undefined {
  if (!node || !['<', '<=', '>', '>='].includes(node.op) || !Array.isArray(node.args)) return undefined;
  const sides = (node.args as readonly ASTNode[]).map(({input, range, op, args}) => ({
    written: input.slice(range.start, range.end),
    text: op === 'value' && typeof args === 'string' ? args : undefined,
  }));
  if (sides.some(({written}) => written.includes('\n') || written.length > 40)) return undefined;
  const texts = sides.flatMap(({text}) => (text === undefined ? [] : [text]));
  const by = (make: (side: {written: string; text?: string | undefined}) => string): string =>
    sides.map(make).join(` ${node.op} `);
  const versions = `${by(({written}) => `version(${written})`)} for versions`;
  if (texts.some((text) => !/^-?\d+(\.\d+)?$/.test(text))) return by(({written}) => `version(${written})`);
  const read = texts.some((text) => text.includes('.')) ? 'double' : 'int';
  return `${versions}, ${by(({written, text}) => text ?? `${read}(${written})`)} for numbers`;
}

function lettersError(node: ASTNode): EvaluationError {
  return new EvaluationError({
    code: lettersCode,
    message: `'${node.op}' compares these texts letter by letter`,
    node,
  });
}
