import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {ArgumentError} from '../functions/define.ts';
import {within} from '../functions/regex.ts';
import type {Evaluator, OpenNode} from './open-node.ts';
import {Hidden, opened} from './view.ts';

/** A method as cel-js has checked it. */
interface MethodNode extends OpenNode<MethodNode> {
  handle?: (values: readonly unknown[], evaluator: Evaluator, node: MethodNode) => unknown;
  readonly receiverWithArgs?: readonly unknown[];
}

/** Makes `text.matches(pattern)` end after a second, as our own functions do, and take secrets as their texts. */
export function guardMatches(node: ASTNode): void {
  const open = node as unknown as MethodNode;
  open.setMeta('evaluate', (evaluator, self, context) => {
    const {handle, receiverWithArgs} = self;
    if (!handle || !receiverWithArgs) throw new Error('cel-js evaluated a method before it was checked');
    const values = receiverWithArgs.map((part) => evaluator.run(part, context));
    const texts = values.map(opened);
    const [text, pattern] = texts;
    if (typeof text !== 'string' || typeof pattern !== 'string') return handle(values, evaluator, self);
    try {
      return within(pattern, text, () => handle(texts, evaluator, self));
    } catch (error) {
      const secret = values[1];
      // The message quotes the pattern.
      if (secret instanceof Hidden)
        throw new EvaluationError({
          code: 'secret_pattern',
          message: `${secret} is no pattern to match with`,
          node,
        });
      if (!(error instanceof ArgumentError)) throw error;
      throw new EvaluationError({code: 'argument', message: error.message, cause: error, node});
    }
  });
}
