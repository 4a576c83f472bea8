import {Stackless} from '../../errors/index.ts';
import {Secret, Unknown, UnknownRead} from '../../text/index.ts';
import {tooBulky} from '../bulk.ts';
import {losesDigits, lossHint, lossMessage} from '../exact.ts';
import type {Ports} from '../ports.ts';
import {describe, isMap, SecretText, type Value} from '../value.ts';

/** What a parameter takes. `scalar` is what has one obvious text: a string, a number, a boolean. */
export type ParameterType = 'any' | 'text' | 'scalar' | 'number' | 'list' | 'map' | 'collection';

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly optional?: boolean;
  /** Only its text counts: a number is given as its author wrote it. */
  readonly asWritten?: boolean;
  /** The last one only: it may be given several times. */
  readonly repeated?: boolean;
}

/** How often a repeated parameter may be given. */
const maxRepeats = 8;

/** One function, in templates (`{{ lower x }}`) and in expressions (`lower(x)`) alike. */
export interface FunctionDefinition {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** A call as templates write it, over the variables of `examples.ts`, and what it gives. */
  readonly example: {readonly call: string; readonly gives: Value};
  readonly parameters: readonly Parameter[];
  /** True where expressions have an operator for it. */
  readonly templateOnly?: boolean;
  /**
   * `opened`: secrets are opened for the function, and every string in its result is a secret again.
   * `read`: so is every number, as the text that it is: as in a file of variables that is encrypted.
   * `kept`: the function gets them as they are.
   */
  readonly secrets: 'opened' | 'read' | 'kept';
  call(args: readonly Value[], ports: Ports): Value;
}

/** Says what is wrong with an argument, without the place, which the caller knows. */
export class ArgumentError extends Stackless {
  readonly hint: string | undefined;
  readonly code: 'VAL005' | 'VAL011' | 'VAL015' | 'VAL016';

  constructor(message: string, hint?: string, code: ArgumentError['code'] = 'VAL005') {
    super(message);
    this.name = 'ArgumentError';
    this.hint = hint;
    this.code = code;
  }
}

/** Its message names types and quotes no value: it may be shown beside secrets. */
export class ArgumentTypeError extends ArgumentError {}

/** What helps where a divisor is 0. */
export const zeroHint = 'ask for it before: n == 0 ? 0 : x / n';

/** Functions of one kind: a file of this folder, a section of docs/functions.md. */
export interface FunctionGroup {
  readonly title: string;
  readonly functions: readonly FunctionDefinition[];
}

export function defineFunction(definition: FunctionDefinition): FunctionDefinition {
  return definition;
}

/**
 * Calls a function with checked arguments.
 * @throws ArgumentError for a wrong number or type of arguments
 * @throws UnknownRead when an argument is not known yet
 */
export function callFunction(definition: FunctionDefinition, args: readonly Value[], ports: Ports): Value {
  checkCount(definition, args.length);
  args.forEach((arg, index) => {
    if (arg instanceof Unknown) throw new UnknownRead(arg);
    exact(arg);
    const parameter = parameterAt(definition, index);
    if (parameter && !fits(parameter.type, arg)) {
      const hint = parameter.type === 'text' && typeof arg === 'number' ? 'quote the number' : undefined;
      throw new ArgumentError(
        `${definition.name}: ${parameter.name} must be ${typeNames[parameter.type]}, but is ${describe(arg)}`,
        hint,
      );
    }
  });
  if (definition.secrets === 'kept') return bounded(definition, definition.call(args, ports));
  const opened = new Opened();
  const plain = args.map((arg) => opened.open(arg));
  try {
    const result = bounded(definition, definition.call(plain, ports));
    return opened.name === undefined ? result : seal(result, opened.name, definition.secrets === 'read');
  } catch (error) {
    if (!(error instanceof ArgumentError) || opened.name === undefined) throw error;
    if (error instanceof ArgumentTypeError)
      throw args.some((arg) => typeof arg === 'number')
        ? new ArgumentTypeError(error.message, 'an encrypted value is a text; the number that it is: (int x)')
        : error;
    // The message may quote what was opened.
    throw new ArgumentError(
      `${definition.name} cannot take the secret ‹${opened.name}›`,
      error.hint !== undefined && opened.isIn(error.hint) ? undefined : error.hint,
      error.code,
    );
  }
}

/** More than any file that is made of a template, and than any list that a person wants. */
export const longestText = 16 * 1024 * 1024;

/** @throws ArgumentError for a result that only values which multiply one another can come to */
function bounded({name}: FunctionDefinition, result: Value): Value {
  if (losesDigits(result))
    throw new ArgumentError(`${name} makes ${result}, which is beyond 2^53`, lossHint, 'VAL011');
  const hint = 'do its arguments multiply one another?';
  if (typeof result === 'string' && result.length > longestText)
    throw new ArgumentError(`${name} makes a text longer than 16 Mi characters`, hint, 'VAL016');
  const reason = tooBulky(result);
  if (reason !== undefined)
    throw new ArgumentError(
      `${name} makes a ${Array.isArray(result) ? 'list' : 'map'} that ${reason}`,
      hint,
      'VAL016',
    );
  return result;
}

/** The value. @throws ArgumentError for a whole number beyond 2^53 */
export function exact<T extends Value>(value: T): T {
  if (losesDigits(value)) throw new ArgumentError(lossMessage(value), lossHint, 'VAL011');
  return value;
}

/** An argument that says how many. @throws ArgumentError for what is no whole number from 0 to `most` */
export function countOf(name: string, parameter: string, value: Value, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new ArgumentError(`${name}: ${parameter} must be a whole number from 0 to ${most}, but is ${value}`);
}

/** How many arguments a function takes. */
export function countsOf({parameters}: FunctionDefinition): {readonly least: number; readonly most: number} {
  const least = parameters.filter((parameter) => !parameter.optional).length;
  const most = parameters.at(-1)?.repeated ? parameters.length - 1 + maxRepeats : parameters.length;
  return {least, most};
}

function parameterAt({parameters}: FunctionDefinition, index: number): Parameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.repeated ? last : undefined);
}

function checkCount(definition: FunctionDefinition, count: number): void {
  const {least, most} = countsOf(definition);
  if (count >= least && count <= most) return;
  const names = definition.parameters.map(written).join(' ');
  throw new ArgumentError(
    `${definition.name} takes ${least === most ? least : `${least} to ${most}`} arguments (${names}), but has ${count}`,
  );
}

/** `name`, `[name]` when it may be left out, `name…` when it may be given several times. */
function written({name, optional, repeated}: Parameter): string {
  const dotted = repeated ? `${name}…` : name;
  return optional ? `[${dotted}]` : dotted;
}

const typeNames: Record<ParameterType, string> = {
  any: 'anything',
  text: 'a string',
  scalar: 'a string, a number or a boolean',
  number: 'a number',
  list: 'a list',
  map: 'a map',
  collection: 'a string, a list or a map',
};

function fits(type: ParameterType, value: Value): boolean {
  const isText = typeof value === 'string' || value instanceof Secret || value instanceof SecretText;
  switch (type) {
    case 'any':
      return true;
    case 'text':
      return isText;
    case 'scalar':
      return isText || typeof value === 'number' || typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'map':
      return isMap(value);
    case 'collection':
      return isText || Array.isArray(value) || isMap(value);
  }
}

/** Opens secrets and remembers the first one's name. */
class Opened {
  name: string | undefined;
  readonly #texts: string[] = [];

  /** Whether words quote what was opened, or may. */
  isIn(words: string): boolean {
    return this.#texts.some((text) => text !== '' && words.includes(text));
  }

  open(value: Value): Value {
    if (value instanceof Unknown) throw new UnknownRead(value);
    if (value instanceof Secret) {
      this.name ??= value.name;
      const text = value.reveal();
      this.#texts.push(text);
      return text;
    }
    if (value instanceof SecretText) return value.parts.map((part) => this.open(part)).join('');
    if (Array.isArray(value)) return value.map((item: Value) => this.open(item));
    if (!isMap(value)) return value;
    return mapOf(Object.entries(value).map(([key, item]) => [key, this.open(item)]));
  }
}

function seal(value: Value, name: string, withNumbers: boolean): Value {
  if (typeof value === 'string' || (withNumbers && typeof value === 'number'))
    return new Secret(name, String(value));
  if (Array.isArray(value)) return value.map((item: Value) => seal(item, name, withNumbers));
  if (!isMap(value)) return value;
  return mapOf(Object.entries(value).map(([key, item]) => [key, seal(item, name, withNumbers)]));
}

/** A map without prototype. */
export function mapOf(entries: Iterable<readonly [string, Value]>): {readonly [key: string]: Value} {
  const map: {[key: string]: Value} = Object.create(null);
  for (const [key, value] of entries) map[key] = value;
  return map;
}
