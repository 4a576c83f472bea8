import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {comparesLetters} from '../functions/logic.ts';

/** The parts of a node of cel-js that its type declarations leave out; see forms.ts. */
interface OpenNode {
  handle?: (left: unknown, right: unknown, node: unknown, evaluator: unknown) => unknown;
  readonly left?: unknown;
  readonly right?: unknown;
  setMeta(
    key: 'evaluate',
    evaluate: (evaluator: Evaluator, node: OpenNode, context: unknown) => unknown,
  ): void;
}

interface Evaluator {
  run(node: unknown, context: unknown): unknown;
}

/**
 * Makes `<`, `<=`, `>` and `>=` refuse texts that look like versions or numbers: `"1.10" > "1.9"` compares
 * letters and is false. cel-js lets nobody replace its overload for texts.
 */
export function guardComparison(node: ASTNode): void {
  const open = node as unknown as OpenNode;
  open.setMeta('evaluate', (evaluator, self, context) => {
    const left = evaluator.run(self.left, context);
    const right = evaluator.run(self.right, context);
    if (typeof left === 'string' && typeof right === 'string') {
      if (comparesLetters(left) || comparesLetters(right)) throw lettersError(node);
    }
    if (!self.handle) throw new Error('cel-js evaluated a comparison before it was checked');
    return self.handle(left, right, self, evaluator);
  });
}

export const lettersCode = 'compares_letters';

function lettersError(node: ASTNode): EvaluationError {
  return new EvaluationError({
    code: lettersCode,
    message: `'${node.op}' compares these texts letter by letter`,
    node,
  });
}
