import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {ArgumentError} from '../functions/define.ts';
import {within} from '../functions/regex.ts';

/** The parts of the node of a method that cel-js leaves out of its type declarations; see forms.ts. */
interface OpenNode {
  handle?: (values: readonly unknown[], evaluator: Evaluator, node: OpenNode) => unknown;
  readonly receiverWithArgs?: readonly unknown[];
  setMeta(
    key: 'evaluate',
    evaluate: (evaluator: Evaluator, node: OpenNode, context: unknown) => unknown,
  ): void;
}

interface Evaluator {
  run(node: unknown, context: unknown): unknown;
}

/** Makes `text.matches(pattern)` end after a second, as our own functions do. */
export function guardMatches(node: ASTNode): void {
  const open = node as unknown as OpenNode;
  open.setMeta('evaluate', (evaluator, self, context) => {
    const {handle, receiverWithArgs} = self;
    if (!handle || !receiverWithArgs) throw new Error('cel-js evaluated a method before it was checked');
    const values = receiverWithArgs.map((part) => evaluator.run(part, context));
    const [text, pattern] = values;
    if (typeof text !== 'string' || typeof pattern !== 'string') return handle(values, evaluator, self);
    try {
      return within(pattern, text, () => handle(values, evaluator, self));
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new EvaluationError({code: 'argument', message: error.message, cause: error, node});
    }
  });
}
