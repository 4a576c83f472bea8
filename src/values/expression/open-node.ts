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
