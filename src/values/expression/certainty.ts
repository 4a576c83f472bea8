import type {ASTNode} from '@marcbachmann/cel-js';
import {UnknownRead} from '../../text/index.ts';
import type {Evaluate, Evaluator, OpenNode} from './open-node.ts';

/** `||` or `&&` as cel-js has checked it. */
interface LogicNode extends OpenNode<LogicNode> {
  readonly left?: unknown;
  readonly right?: unknown;
  readonly meta: {readonly evaluate: Evaluate<LogicNode>};
}

/**
 * Makes `||` and `&&` unknown when one side is unknown and the other fails: the unknown one may turn out to decide.
 * cel-js throws the failure of the right side, as in `later || fail("not so")`.
 */
export function guardLogic(node: ASTNode): void {
  const open = node as unknown as LogicNode;
  const {evaluate} = open.meta;
  open.setMeta('evaluate', (evaluator, self, context) => {
    try {
      return evaluate(evaluator, self, context);
    } catch (error) {
      if (error instanceof UnknownRead) throw error;
      throw unknownOf([self.left, self.right], evaluator, context) ?? error;
    }
  });
}

function unknownOf(
  operands: readonly unknown[],
  evaluator: Evaluator,
  context: unknown,
): UnknownRead | undefined {
  for (const operand of operands) {
    try {
      evaluator.run(operand, context);
    } catch (error) {
      if (error instanceof UnknownRead) return error;
    }
  }
  return undefined;
}
