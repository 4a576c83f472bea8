import type {ASTNode} from '@marcbachmann/cel-js';
import {UnknownRead} from '../../text/index.ts';

type Evaluate = (evaluator: Evaluator, node: OpenNode, context: unknown) => unknown;

interface Evaluator {
  run(node: unknown, context: unknown): unknown;
}

/** The parts of a node of cel-js that its type declarations leave out; see forms.ts. */
interface OpenNode {
  readonly left?: unknown;
  readonly right?: unknown;
  readonly meta: {readonly evaluate: Evaluate};
  setMeta(key: 'evaluate', evaluate: Evaluate): void;
}

/**
 * Makes `||` and `&&` unknown when one side is unknown and the other fails: the unknown one may turn out to decide.
 * cel-js throws the failure of the right side, as in `later || fail("not so")`.
 */
export function guardLogic(node: ASTNode): void {
  const open = node as unknown as OpenNode;
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
