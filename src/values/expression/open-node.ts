import type {ASTNode} from '@marcbachmann/cel-js';

/** How cel-js evaluates one node. */
export type Evaluate<Self> = (evaluator: Evaluator, node: Self, context: unknown) => unknown;

/** The parts of a node of cel-js that its type declarations leave out, as far as all kinds have them; see forms.ts. */
export interface OpenNode<Self> {
  setMeta(key: 'evaluate', evaluate: Evaluate<Self>): void;
}

/** What evaluates the parts of a node. */
export interface Evaluator {
  run(node: unknown, context: unknown): unknown;
}

/** An operator between two operands as cel-js has checked it. */
interface OperatorNode extends OpenNode<OperatorNode> {
  handle?: (left: unknown, right: unknown, node: unknown, evaluator: Evaluator) => unknown;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** What cel-js makes of two operands. */
export type Proceed = (left: unknown, right: unknown) => unknown;

/**
 * Stands before what cel-js does with the operands of `+`, `==`, `in` and their like; it lets nobody replace its own
 * overloads.
 * @param guard gives the result, mostly what `proceed` does, which is cel-js; throws for operands that are refused
 */
export function guardOperands(
  node: ASTNode,
  guard: (left: unknown, right: unknown, proceed: Proceed) => unknown,
): void {
  const open = node as unknown as OperatorNode;
  open.setMeta('evaluate', (evaluator, self, context) => {
    const left = evaluator.run(self.left, context);
    const right = evaluator.run(self.right, context);
    const {handle} = self;
    if (!handle) throw new Error('cel-js evaluated an operator before it was checked');
    return guard(left, right, (a, b) => handle(a, b, self, evaluator));
  });
}
