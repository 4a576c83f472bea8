import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {largestSize} from '../bulk.ts';
import {ArgumentError, longestText, zeroHint} from '../functions/define.ts';
import {guardOperands} from './open-node.ts';

type Arithmetic = (a: number, b: number) => number;

/** What the operators make of two numbers. @throws ArgumentError for a division by zero */
export const arithmetic: Readonly<Record<string, Arithmetic>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => divide(a, b, (x, y) => x / y),
  '%': (a, b) => divide(a, b, (x, y) => x % y),
};

function divide(a: number, b: number, compute: Arithmetic): number {
  if (b === 0) throw new ArgumentError('division by zero', zeroHint);
  return compute(a, b);
}

/**
 * Makes numbers of one kind: CEL's whole ones are only those that an expression writes or counts itself, and YAML's have
 * fractions. `7 / 2` is 3.5 as `x / 2` is. Texts and lists that `+` would make longer than what functions may make are
 * refused.
 */
export function guardArithmetic(node: ASTNode): void {
  if (node.op === '/') makeFraction(node);
  guardOperands(node, (left, right, proceed) => {
    if (isNumber(left) && isNumber(right)) return ofNumbers(node, left, right, () => proceed(left, right));
    if (node.op === '+') checkLength(node, left, right);
    return proceed(left, right);
  });
}

/** What is divided is never one of CEL's whole numbers, whatever its operands are. */
function makeFraction(node: ASTNode): void {
  const open = node as unknown as DivisionNode;
  const {check} = open.meta;
  open.setMeta('check', (checker, self, context) => {
    const type = check(checker, self, context);
    return type === checker.intType ? checker.doubleType : type;
  });
}

type Check = (checker: Checker, node: unknown, context: unknown) => unknown;

/** The parts of cel-js's type checker, and of a node before it was checked, that its type declarations leave out. */
interface Checker {
  readonly intType: unknown;
  readonly doubleType: unknown;
}

interface DivisionNode {
  readonly meta: {readonly check: Check};
  setMeta(key: 'check', check: Check): void;
}

/** Makes `1.0` what `1` is: CEL never lets a list of the one equal a list of the other, or hold it. */
export function makeWhole(node: ASTNode): void {
  const open = node as {args: unknown};
  open.args = BigInt(open.args as number);
}

function ofNumbers(
  node: ASTNode,
  left: number | bigint,
  right: number | bigint,
  whole: () => unknown,
): unknown {
  if (typeof left === 'bigint' && typeof right === 'bigint' && node.op !== '/') return whole();
  const compute = arithmetic[node.op];
  if (!compute) throw new Error(`${node.op} is no arithmetic`);
  try {
    return compute(Number(left), Number(right));
  } catch (error) {
    if (error instanceof ArgumentError) throw refused(node, error);
    throw error;
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function checkLength(node: ASTNode, left: unknown, right: unknown): void {
  const [length, longest, what] =
    typeof left === 'string' && typeof right === 'string'
      ? [left.length + right.length, longestText, 'a text longer than 16 Mi characters']
      : Array.isArray(left) && Array.isArray(right)
        ? [left.length + right.length, largestSize, 'a list of more than a million items']
        : [0, 0, ''];
  if (length > longest)
    throw refused(
      node,
      new ArgumentError(`+ makes ${what}`, 'do its operands multiply one another?', 'VAL016'),
    );
}

function refused(node: ASTNode, cause: ArgumentError): EvaluationError {
  return new EvaluationError({code: 'argument', message: cause.message, cause, node});
}
