import {type ASTNode, EvaluationError} from '@marcbachmann/cel-js';
import {ArgumentError} from '../functions/define.ts';
import {neverEqual} from '../functions/same.ts';
import {compareVersions, Version} from '../functions/version.ts';
import {describe} from '../value.ts';
import {guardOperands, type OpenNode, type Proceed} from './open-node.ts';
import {fromView, Hidden, opened} from './view.ts';

/**
 * Makes `==` and `!=` take secrets as the texts that they are, also within lists and maps: cel-js never finds an object
 * of ours equal to a text.
 */
export function guardEquality(node: ASTNode): void {
  guardOperands(node, (left, right, proceed) => {
    const whenEqual = node.op === '==';
    const [leftNode, rightNode] = node.args as readonly [ASTNode, ASTNode];
    if (left instanceof Hidden) return equalsText(left, right, node, leftNode) === whenEqual;
    if (right instanceof Hidden) return equalsText(right, left, node, rightNode) === whenEqual;
    const result = proceed(left, right);
    if (result === whenEqual || !isObject(left) || !isObject(right)) return result;
    return equal(left, right) === whenEqual;
  });
}

/** Whether a list holds an item, or a map a key, secrets opened. @param proceed the `in` of cel-js */
export function isMember(item: unknown, collection: unknown, proceed: Proceed): unknown {
  if (!Array.isArray(collection)) return proceed(isObject(collection) ? opened(item) : item, collection);
  const result = proceed(opened(item), collection);
  if (result !== false || !collection.some(isObject)) return result;
  return collection.some((other) => equal(item, other));
}

/** Makes `map[key]` take a secret as the text that it is. */
export function guardIndex(node: ASTNode): void {
  guardOperands(node, (owner, key, proceed) => {
    // A key that there is not stays hidden in the message.
    const isThere = key instanceof Hidden && isObject(owner) && Object.hasOwn(owner, key.reveal());
    return proceed(owner, isThere ? key.reveal() : key);
  });
}

/** A function or a method as cel-js has checked it. */
interface CallNode extends OpenNode<CallNode> {
  readonly op: string;
  handle?: (values: readonly unknown[], ...rest: unknown[]) => unknown;
  readonly args: readonly [name: string, ...unknown[]];
  readonly receiverWithArgs?: readonly unknown[];
}

/** Functions and methods of cel-js of which the results, numbers and booleans, tell no secret. */
export const readsTexts: Readonly<Record<'call' | 'rcall', ReadonlySet<string>>> = {
  call: new Set(['int', 'double', 'bool', 'size', 'string']),
  rcall: new Set(['size', 'contains', 'startsWith', 'endsWith']),
};

/** Makes a call of one of these take secrets as the texts that they are; `string` of one is itself. */
export function guardCall(node: ASTNode): void {
  const open = node as unknown as CallNode;
  const isMethod = node.op === 'rcall';
  const [name] = open.args;
  if (name === 'string') leaveOpen(node);
  open.setMeta('evaluate', (evaluator, self, context) => {
    const {handle} = self;
    const parts = isMethod ? self.receiverWithArgs : (self.args[1] as readonly unknown[]);
    if (!handle || !parts) throw new Error('cel-js evaluated a call before it was checked');
    const values = parts.map((part) => evaluator.run(part, context));
    const [first] = values;
    if (name === 'string' && first instanceof Hidden) return first;
    const texts = values.map(opened);
    const result = isMethod ? handle(texts, evaluator, self) : handle(texts, self, evaluator);
    if (first instanceof Hidden && typeof result === 'bigint' && !Number.isSafeInteger(Number(result)))
      throw mistake(node, `${name}() makes a number beyond 2^53 of ${first}`, undefined, 'VAL011');
    return result;
  });
}

/** The type of what `string` gives: cel-js takes it for a string before it has met the secret. */
function leaveOpen(node: ASTNode): void {
  const open = node as unknown as CheckedNode;
  const {check} = open.meta;
  open.setMeta('check', (checker, self, context) => {
    check(checker, self, context);
    return checker.getType('dyn');
  });
}

interface Checker {
  getType(name: string): unknown;
}

type Check = (checker: Checker, node: CheckedNode, context: unknown) => unknown;

interface CheckedNode {
  readonly meta: {readonly check: Check};
  setMeta(key: 'check', check: Check): void;
}

/** @throws EvaluationError for what no text is ever equal to, as cel-js does for a text that is no secret */
function equalsText(secret: Hidden, other: unknown, node: ASTNode, secretNode: ASTNode): boolean {
  const type = other instanceof Hidden ? 'a string' : describe(fromView(other));
  const problem = neverEqual('a string', type);
  if (!problem) return secret.reveal() === opened(other);
  throw mistake(node, problem.message, hints[type]?.(written(secretNode)) ?? problem.hint);
}

const hints: Readonly<Record<string, (text: string) => string>> = {
  'a number': (text) => `the number that it is: int(${text})`,
  'a boolean': () => 'compare it with a text in quotes',
};

function written({input, start, end}: ASTNode): string {
  return input.slice(start, end);
}

function mistake(
  node: ASTNode,
  message: string,
  hint: string | undefined,
  code?: ArgumentError['code'],
): EvaluationError {
  const cause = new ArgumentError(message, hint, code);
  return new EvaluationError({code: 'argument', message, cause, node});
}

/** Whether two values are the same, as cel-js has it, but for secrets, which are their texts. */
function equal(a: unknown, b: unknown): boolean {
  const left = opened(a);
  const right = opened(b);
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  if (left instanceof Version && right instanceof Version) return compareVersions(left, right) === 0;
  if (isMapView(left) && isMapView(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
    );
  }
  const areNumbers = isNumber(left) && isNumber(right) && typeof left !== typeof right;
  return areNumbers && Number(left) === Number(right);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isMapView(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
