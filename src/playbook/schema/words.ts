import type {OutputUnit} from '@cfworker/json-schema';
import {didYouMean} from '../../errors/index.ts';
import {entryOf, type MapNode, type Node, type PlainNode, plainNode} from '../../source/index.ts';
import {MatchingTakesTooLong, matching} from '../../text/index.ts';
import type {GivenArguments} from './given.ts';
import {nodeAt, pointerKeys} from './pointer.ts';
import {secrecyOf} from './write-only.ts';

interface Subject {
  readonly error: OutputUnit;
  readonly keys: readonly string[];
  /** The schema whose keyword is not met. */
  readonly schema: Node;
  /** The schema that may say in words what is wanted. */
  readonly described: Node;
  readonly given: GivenArguments;
  readonly spec: MapNode;
}

/** What is wrong with a variable, in words. Never shows a secret. */
export function explain(subject: Subject): {
  readonly message: string;
  readonly hint?: string;
  readonly isHidden?: true;
} {
  const {error, keys, given, described} = subject;
  const name = pathOf(keys);
  const description = settingOf(described, 'description');
  const because = typeof description === 'string' ? {hint: description.split('\n')[0] ?? ''} : {};
  if (error.keyword === 'required') return {message: `'${name}' is missing`, ...because};
  if (error.keyword === 'dependentRequired') {
    const other = /Instance has "(.*)" but/.exec(error.error)?.[1] ?? '';
    return {
      message: `'${name}' is missing, and '${pathOf([...keys.slice(0, -1), other])}' is not without it`,
      ...because,
    };
  }
  if (keys.length === 0) return {message: `the variables of the role must ${wanted(subject)}`, ...because};
  if (error.keyword === 'false') return unknownKey(subject);
  if (error.keyword === 'propertyNames') return wrongName(subject);
  const pointer = error.instanceLocation.slice(1);
  const isSecret = given.secret.some((root) => pointer === root || pointer.startsWith(`${root}/`));
  const isWriteOnly = holdsSecret(subject.spec, keys);
  const hidden = isSecret || isWriteOnly;
  const value = valueAt(given.data, keys);
  const isShort = typeof value === 'number' || typeof value === 'boolean';
  const written = isShort ? (given.written?.(keys) ?? String(value)) : undefined;
  const shown = hidden ? hiddenWords(value) : (written ?? display(value));
  const hint = hidden ? undefined : hintFor(subject, value, written);
  const must = wanted(subject);
  const isWhole = must.startsWith('not ') || error.keyword === 'uniqueItems';
  return {
    message: `'${name}' must ${must}${isWhole ? '' : `, not ${shown}`}`,
    ...(hint === undefined ? because : {hint}),
    ...(hidden ? {isHidden: true as const} : {}),
  };
}

/** Whether a value is a secret, or a part of one, or stands where one has a place. */
function holdsSecret(spec: MapNode, [name = '', ...keys]: readonly string[]): boolean {
  let secrecy = secrecyOf([spec], name);
  for (const key of keys) {
    if (!secrecy || secrecy.isSecret) break;
    secrecy = secrecy.below(/^\d+$/.test(key) ? Number(key) : key) ?? secrecy.below(key);
  }
  return secrecy !== undefined;
}

/** A value that is not shown, by its type alone. */
function hiddenWords(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a map' : 'what the secret holds';
}

function wrongName({keys, schema}: Subject): {message: string; hint?: string} {
  const [key = '', parent] = [keys.at(-1), pathOf(keys.slice(0, -1))];
  const names = schema.type === 'map' ? entryOf(schema, 'propertyNames')?.value : undefined;
  const [description, pattern] = ['description', 'pattern'].map((word) => names && settingOf(names, word));
  const hint = description ?? (pattern === undefined ? undefined : `a name must match ${String(pattern)}`);
  const message = `'${key}' cannot be a name${parent === '' ? ' of a variable' : ` in '${parent}'`}`;
  return {message, ...(hint === undefined ? {} : {hint: String(hint).split('\n')[0] ?? ''})};
}

function unknownKey({keys, spec}: Subject): {message: string; hint?: string} {
  const key = keys.at(-1) ?? '';
  const parent = keys.slice(0, -1);
  const known = knownKeys(spec, parent);
  const hint = didYouMean(key, known) ?? (known.length > 0 ? `it has ${known.join(', ')}` : undefined);
  return {message: `'${pathOf(parent)}' has no '${key}'`, ...(hint ? {hint} : {})};
}

/** The names that a map may have, where the schema lists them directly. */
function knownKeys(spec: MapNode, keys: readonly string[]): readonly string[] {
  let node: Node | undefined = spec;
  for (const key of keys) {
    const properties: Node | undefined =
      node?.type === 'map' ? entryOf(node, 'properties')?.value : undefined;
    const items: Node | undefined = node?.type === 'map' ? entryOf(node, 'items')?.value : undefined;
    node = (properties?.type === 'map' ? entryOf(properties, key)?.value : undefined) ?? items;
    const reference = node && settingOf(node, '$ref');
    if (typeof reference === 'string') node = nodeAt(spec, pointerKeys(reference));
  }
  const properties = node?.type === 'map' ? entryOf(node, 'properties')?.value : undefined;
  return properties?.type === 'map' ? properties.entries.map(({key}) => key) : [];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
};

/** The end of the sentence "it must …". */
function wanted({error, keys, schema, described}: Subject): string {
  const limit = settingOf(schema, error.keyword);
  switch (error.keyword) {
    case 'type': {
      const types = Array.isArray(limit) ? limit : [limit];
      return `be ${types.map((type) => typeNames[String(type)] ?? String(type)).join(' or ')}`;
    }
    case 'enum': {
      const values = (Array.isArray(limit) ? limit : []).map((value: PlainNode) => plainText(value));
      return `be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
    }
    case 'const':
      return `be ${plainText(limit ?? null)}`;
    case 'minimum':
      return `be at least ${String(limit)}`;
    case 'maximum':
      return `be at most ${String(limit)}`;
    case 'exclusiveMinimum':
      return `be more than ${String(limit)}`;
    case 'exclusiveMaximum':
      return `be less than ${String(limit)}`;
    case 'multipleOf':
      return `be a multiple of ${String(limit)}`;
    case 'minLength':
      return limit === 1 ? 'not be empty' : `have at least ${String(limit)} characters`;
    case 'maxLength':
      return `have at most ${String(limit)} characters`;
    case 'pattern':
      return patternWords(String(limit), schema, described);
    case 'minItems':
    case 'minProperties':
      return limit === 1 ? 'not be empty' : `have at least ${String(limit)} entries`;
    case 'maxItems':
    case 'maxProperties':
      return `have at most ${String(limit)} entries`;
    case 'uniqueItems':
      return 'have no entry twice';
    case 'not':
      return `not ${forbiddenWords(limit) ?? 'be what the schema of the role rules out'}`;
    case 'anyOf':
    case 'oneOf': {
      const required = alternativeWords(limit);
      if (required !== undefined && keys.length === 0)
        return `have ${error.keyword === 'oneOf' ? 'exactly one' : 'at least one'} of ${required}`;
      return 'be one of the kinds that the schema of the role lists';
    }
    default:
      return `be as the schema of the role says (${error.keyword})`;
  }
}

/** Few people read regular expressions: what is said beside one in words, or by examples, tells more. */
function patternWords(pattern: string, ...schemas: readonly Node[]): string {
  const [examples] = schemas.flatMap((one) => {
    const given = settingOf(one, 'examples');
    return Array.isArray(given) && given.length > 0 ? [given as readonly PlainNode[]] : [];
  });
  if (examples) return `have a form such as ${examples.map(plainText).join(', ')}`;
  const isDescribed = schemas.some((one) => typeof settingOf(one, 'description') === 'string');
  return isDescribed ? 'have the form that its description asks for' : `match ${pattern}`;
}

/** Alternatives that ask for names only: 'a', 'b' and 'c'. */
function alternativeWords(alternatives: PlainNode | undefined): string | undefined {
  if (!Array.isArray(alternatives)) return undefined;
  const words = alternatives.map(requiredWords);
  return words.every((one) => one !== undefined) ? words.join(', ') : undefined;
}

/** The opposite of names that are asked for. */
function forbiddenWords(schema: PlainNode | undefined): string | undefined {
  const names = requiredWords(schema);
  return names && `have ${names}${names.includes(' and ') ? ' together' : ''}`;
}

/** The names that a schema asks for, if it asks for nothing else. */
function requiredWords(schema: PlainNode | undefined): string | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  const {required, description: _, ...others} = schema as Readonly<Record<string, PlainNode>>;
  if (!Array.isArray(required) || required.length === 0 || Object.keys(others).length > 0) return undefined;
  return required.map(plainText).join(' and ');
}

function choiceHint(value: unknown, choices: unknown): string | undefined {
  if (typeof value === 'object' || !Array.isArray(choices)) return undefined;
  return didYouMean(String(value), choices.map(String));
}

function hintFor(
  {error, schema, keys}: Subject,
  value: unknown,
  written: string | undefined,
): string | undefined {
  const limit = settingOf(schema, error.keyword);
  const isText = typeof value === 'string';
  if (error.keyword === 'enum') return choiceHint(value, limit);
  if (error.keyword !== 'type') return undefined;
  if (limit === 'string' && written !== undefined) {
    const name = /^\d+$/.test(keys.at(-1) ?? '') ? '' : `${keys.at(-1)}: `;
    const whole = fitting(settingOf(schema, 'pattern'), written);
    return `write it in quotes${whole === written ? '' : ' and in full, such as'}: ${name}'${whole}'`.replace(
      'as:',
      'as',
    );
  }
  if (limit === 'boolean' && isText) {
    const word = value.toLowerCase();
    if (['yes', 'on', 'true', '1'].includes(word)) return `write true: '${value}' is a string`;
    if (['no', 'off', 'false', '0'].includes(word)) return `write false: '${value}' is a string`;
  }
  if ((limit === 'integer' || limit === 'number') && isText && /^-?\d+(\.\d+)?$/.test(value))
    return 'leave out the quotes';
  return limit === 'array' ? 'write a list: [a, b]' : undefined;
}

/** What the text was cut from, where a pattern wants more of it: of a version that YAML read as a number, the last part. */
function fitting(pattern: PlainNode | undefined, written: string): string {
  if (typeof pattern !== 'string') return written;
  const expression = new RegExp(pattern, 'u');
  const fits = (text: string): boolean => matching(pattern, text.length, () => expression.test(text));
  try {
    return [written, `${written}.0`].find(fits) ?? written;
  } catch (error) {
    if (error instanceof MatchingTakesTooLong) return written;
    throw error;
  }
}

function settingOf(schema: Node, keyword: string): PlainNode | undefined {
  const entry = schema.type === 'map' ? entryOf(schema, keyword) : undefined;
  return entry && plainNode(entry.value);
}

function valueAt(data: unknown, keys: readonly string[]): unknown {
  let value = data;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

const longestShown = 60;

function display(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  const line = plainText(value as PlainNode).replaceAll('\n', '\\n');
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

function plainText(value: PlainNode): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** `ports`, `users[2].name`. */
export function pathOf(keys: readonly string[]): string {
  return keys.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}
