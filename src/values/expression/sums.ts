import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {largestSize} from '../bulk.ts';
import {ArgumentError, longestText} from '../functions/define.ts';
import type {OpenNode} from './open-node.ts';

/** A sum as cel-js has checked it. */
interface SumNode extends OpenNode<SumNode> {
  handle?: (left: unknown, right: unknown, node: unknown, evaluator: unknown) => unknown;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** Makes `+` refuse texts and lists that together are longer than what functions may make. */
export function guardSum(node: ASTNode): void {
  const open = node as unknown as SumNode;
  open.setMeta('evaluate', (evaluator, self, context) => {
    const left = evaluator.run(self.left, context);
    const right = evaluator.run(self.right, context);
    const [length, longest, what] =
      typeof left === 'string' && typeof right === 'string'
        ? [left.length + right.length, longestText, 'a text longer than 16 Mi characters']
        : Array.isArray(left) && Array.isArray(right)
          ? [left.length + right.length, largestSize, 'a list of more than a million items']
          : [0, 0, ''];
    if (length > longest) throw tooLong(node, `+ makes ${what}`);
    if (!self.handle) throw new Error('cel-js evaluated a sum before it was checked');
    return self.handle(left, right, self, evaluator);
  });
}

function tooLong(node: ASTNode, message: string): EvaluationError {
  const cause = new ArgumentError(message, 'do its operands multiply one another?', 'VAL016');
  return new EvaluationError({code: 'argument', message, cause, node});
}
