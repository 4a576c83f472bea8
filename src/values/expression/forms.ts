import type {ASTNode, Environment} from '@marcbachmann/cel-js';
import {errorCode} from '../../errors/index.ts';
import {noPorts, type Ports} from '../ports.ts';

/**
 * The parts of cel-js that a macro is handed. Its type declarations leave them out, so this is the boundary
 * where they are named; `test/unit/values/expressions.test.ts` holds them to it.
 */
interface MacroNode {
  readonly op: string;
  readonly args: unknown;
}

interface Checker {
  check(node: MacroNode, context: unknown): unknown;
  getType(name: string): unknown;
}

interface Evaluator {
  run(node: MacroNode, context: unknown): unknown;
}

interface Macro {
  readonly value: MacroNode;
  readonly fallback: MacroNode | undefined;
}

/** `defined(path)` and `default(path, value)`: the two that may take what is not there. */
export function registerForms(cel: Environment): void {
  cel.registerFunction('defined(ast): bool', ({args}: {args: MacroNode[]}) => ({
    value: args[0],
    async: false,
    typeCheck: (checker: Checker, macro: Macro, context: unknown) => {
      checker.check(macro.value, context);
      return checker.getType('bool');
    },
    evaluate: (evaluator: Evaluator, macro: Macro, context: unknown) =>
      find(evaluator, macro.value, context) !== undefined,
  }));
  cel.registerFunction('default(ast, ast): dyn', ({args}: {args: MacroNode[]}) => ({
    value: args[0],
    fallback: args[1],
    async: false,
    typeCheck: (checker: Checker, macro: Macro, context: unknown) => {
      checker.check(macro.value, context);
      if (macro.fallback) checker.check(macro.fallback, context);
      return checker.getType('dyn');
    },
    evaluate: (evaluator: Evaluator, macro: Macro, context: unknown) =>
      find(evaluator, macro.value, context) ?? (macro.fallback && evaluator.run(macro.fallback, context)),
  }));
}

/** No variable has this name: it is no identifier. */
export const portsKey = ' ports';

interface Context {
  getValue(name: string): unknown;
}

interface Call {
  readonly nodes: readonly MacroNode[];
}

/**
 * A function of this many arguments that is handed what lookups see, which the context carries. As a macro: cel-js
 * hands a plain function its arguments only.
 */
export function registerCall(
  cel: Environment,
  name: string,
  count: number,
  call: (args: readonly unknown[], ports: Ports, node: ASTNode) => unknown,
): void {
  const types = Array.from({length: count}, () => 'ast').join(', ');
  cel.registerFunction(
    `${name}(${types}): dyn`,
    ({args, ast}: {args: readonly MacroNode[]; ast: ASTNode}) => ({
      nodes: args,
      async: false,
      typeCheck: (checker: Checker, macro: Call, context: unknown) => {
        for (const node of macro.nodes) checker.check(node, context);
        return checker.getType('dyn');
      },
      evaluate: (evaluator: Evaluator, macro: Call, context: Context) => {
        const given = macro.nodes.map((node) => evaluator.run(node, context));
        return call(given, (context.getValue(portsKey) as Ports | undefined) ?? noPorts, ast);
      },
    }),
  );
}

const absences = new Set(['no_such_key', 'unknown_variable', 'index_out_of_bounds']);

function find(evaluator: Evaluator, node: MacroNode, context: unknown): unknown {
  try {
    return evaluator.run(node, context);
  } catch (error) {
    if (absences.has(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
