import type {FunctionDefinition} from '../functions/define.ts';
import type {Problem, Span} from '../problem.ts';

/** A template, checked as far as it can be without values. */
export interface Program {
  readonly body: readonly Statement[];
  /** The variables that it reads, in order of appearance. */
  readonly reads: readonly Read[];
  /** Mistakes that no value can mend. */
  readonly problems: readonly Problem[];
}

/** A variable read by a template or expression. */
export interface Read {
  readonly name: string;
  /** The members that are read below it, as far as they are constant. */
  readonly members: readonly string[];
  readonly memberSpans: readonly Span[];
  readonly span: Span;
  /** True inside `default` and `defined`, and where `defined` guards it: it may be missing. */
  readonly optional: boolean;
}

export type Statement =
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'output'; readonly value: Operand}
  | {
      readonly type: 'if';
      readonly condition: Operand;
      readonly negated: boolean;
      readonly then: Body;
      readonly otherwise: Body;
    }
  | EachStatement
  | {
      readonly type: 'with';
      readonly value: Operand;
      readonly parameters: readonly string[];
      readonly then: Body;
      readonly otherwise: Body;
    };

export interface EachStatement {
  readonly type: 'each';
  readonly list: Operand;
  /** Names of item and index (or key), as in `{{#each list as |item index|}}`. */
  readonly parameters: readonly string[];
  readonly then: Body;
  readonly otherwise: Body;
}

export type Body = readonly Statement[];

export type Operand =
  | {readonly type: 'literal'; readonly value: string | number | boolean | null; readonly span: Span}
  | Path
  | {readonly type: 'lookup'; readonly object: Operand; readonly key: Operand; readonly span: Span}
  | {readonly type: 'default'; readonly value: Operand; readonly fallback: Operand; readonly span: Span}
  | {readonly type: 'defined'; readonly value: Operand; readonly span: Span}
  | {
      readonly type: 'logic';
      readonly operator: 'and' | 'or';
      readonly operands: readonly Operand[];
      readonly span: Span;
    }
  | {
      readonly type: 'call';
      readonly definition: FunctionDefinition;
      readonly args: readonly Operand[];
      readonly span: Span;
    };

/** A value and the way down from it. */
export interface Path {
  readonly type: 'path';
  readonly start: PathStart;
  readonly members: readonly string[];
  readonly memberSpans: readonly Span[];
  /** As it was written. */
  readonly written: string;
  readonly span: Span;
}

export type PathStart =
  | {readonly type: 'variable'; readonly name: string}
  /** The item of the `depth`-th enclosing #each or #with, innermost 0. */
  | {readonly type: 'item'; readonly depth: number}
  | {readonly type: 'parameter'; readonly name: string}
  | {readonly type: 'data'; readonly name: 'index' | 'key' | 'first' | 'last'; readonly depth: number};
