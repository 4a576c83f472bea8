import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {largestSize} from '../bulk.ts';
import {ArgumentError, longestText} from '../functions/define.ts';
import {guardOperands} from './open-node.ts';

/** Makes `+` refuse texts and lists that together are longer than what functions may make. */
export function guardSum(node: ASTNode): void {
  guardOperands(node, (left, right, proceed) => {
    const [length, longest, what] =
      typeof left === 'string' && typeof right === 'string'
        ? [left.length + right.length, longestText, 'a text longer than 16 Mi characters']
        : Array.isArray(left) && Array.isArray(right)
          ? [left.length + right.length, largestSize, 'a list of more than a million items']
          : [0, 0, ''];
    if (length > longest) throw tooLong(node, `+ makes ${what}`);
    return proceed(left, right);
  });
}

function tooLong(node: ASTNode, message: string): EvaluationError {
  const cause = new ArgumentError(message, 'do its operands multiply one another?', 'VAL016');
  return new EvaluationError({code: 'argument', message, cause, node});
}
