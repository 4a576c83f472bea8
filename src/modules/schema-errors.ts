import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import type {JsonSchema} from '../values/index.ts';
import {codes} from './codes.ts';
import type {SchemaError} from './contract.ts';
import {isWithin, type PlainArguments, pointerKeys} from './plain.ts';
import {type ArgumentPlaces, keySourceOf, nodeAt} from './position.ts';
import {absolutePathWords} from './vocabulary.ts';

interface Subject {
  readonly moduleName: string;
  readonly schema: JsonSchema;
  readonly plain: PlainArguments;
  readonly node: MapNode;
  readonly places: ArgumentPlaces;
}

/** The validator's errors as diagnostics: one a cause, with the place of the argument; none about values not known yet. */
export function explainErrors(errors: readonly SchemaError[], subject: Subject): readonly Diagnostic[] {
  const explained = new Set<string>();
  const withUnknownName = new Set(errors.filter(isUnknownName).map(({instancePath}) => instancePath));
  return errors.flatMap((error) => {
    const {additionalProperty, missingProperty} = error.params;
    const cause = causeOf(error.instancePath, String(additionalProperty ?? missingProperty ?? ''));
    if (explained.has(cause) || isWithin(error.instancePath, subject.plain.unknown)) return [];
    // What is missing beside an unknown name may be what that name was meant to be.
    if (missingProperty !== undefined && withUnknownName.has(error.instancePath)) return [];
    explained.add(cause);
    return [explain(error, subject)];
  });
}

function causeOf(pointer: string, name: string): string {
  return `${pointer}\n${name}`;
}

function isUnknownName({keyword}: SchemaError): boolean {
  return keyword === 'additionalProperties';
}

function explain(error: SchemaError, subject: Subject): Diagnostic {
  if (error.keyword === 'required') {
    const name = String(error.params.missingProperty);
    return errorDiagnostic(codes, 'MOD003', `${subject.moduleName} needs '${name}'`, {
      source: subject.node.source,
      hint: descriptionOf(subject.schema.properties?.[name]),
    });
  }
  if (isUnknownName(error)) return unknownArgument(String(error.params.additionalProperty), subject);
  if (error.instancePath === '')
    return errorDiagnostic(codes, 'MOD003', `${subject.moduleName} needs arguments`, {
      source: subject.node.source,
    });
  return wrongValue(error, subject);
}

function unknownArgument(name: string, {moduleName, schema, node}: Subject): Diagnostic {
  const known = Object.keys(schema.properties ?? {});
  const retired = (schema.retired ?? {}) as Readonly<Record<string, string>>;
  return errorDiagnostic(codes, 'MOD002', `${moduleName} has no argument '${name}'`, {
    source: keySourceOf(node, name),
    hint:
      (Object.hasOwn(retired, name) ? retired[name] : undefined) ??
      didYouMean(name, known) ??
      `it has ${known.join(', ')}`,
  });
}

function wrongValue(error: SchemaError, {schema, plain, node, places}: Subject): Diagnostic {
  const keys = pointerKeys(error.instancePath);
  const place = placeOf(schema, keys);
  const secret = isWithin(error.instancePath, plain.secret) || holdsSecrets(place);
  const given = valueAt(plain.data, keys);
  const value = secret ? undefined : given;
  const shown = secret && typeof given !== 'object' ? 'what the secret holds' : display(given);
  const source = places.of(keys);
  const name = `'${keys.join('.')}'`;
  const code = error.keyword === 'type' && !place.enum ? 'MOD004' : 'MOD005';
  return errorDiagnostic(codes, code, `${name} must be ${expected(error, place)}, not ${shown}`, {
    source,
    hint:
      hintFor(error, place, {
        name: keys.at(-1) ?? '',
        value,
        computed: isComputed(nodeAt(node, keys), value),
      }) ??
      descriptionOf(place) ??
      descriptionOf(schema.properties?.[keys[0] ?? '']),
  });
}

function expected(error: SchemaError, place: JsonSchema): string {
  if (place.enum) return `${place.enum.length > 1 ? 'one of ' : ''}${place.enum.join(', ')}`;
  if (error.keyword === 'type') return typeWords(place);
  if (typeof place.mustBe === 'string') return place.mustBe;
  const limit = Number(error.params.limit);
  switch (error.keyword) {
    case 'minimum':
      return `at least ${limit}`;
    case 'maximum':
      return `at most ${limit}`;
    case 'exclusiveMinimum':
      return `more than ${limit}`;
    case 'minItems':
      return limit === 1 ? 'a list that is not empty' : `a list of at least ${limit}`;
    case 'minLength':
      return limit === 1 ? 'a string that is not empty' : `a string of at least ${limit} characters`;
    case 'minProperties':
      return limit === 1 ? 'a map that is not empty' : `a map of at least ${limit}`;
    default:
      return `other (${error.keyword})`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

function typeWords(place: JsonSchema): string {
  const types = typeof place.type === 'string' ? [place.type] : (place.type ?? []);
  return types.map((type) => typeNames[type] ?? type).join(' or ');
}

interface Given {
  readonly name: string;
  readonly value: unknown;
  /** It comes from a template: what stands here is right, what stands elsewhere is not. */
  readonly computed: boolean;
}

function isComputed(node: Node, value: unknown): boolean {
  return node.type === 'scalar' && node.text !== scalarText(value);
}

/** A scalar as text; a list or a map as none. */
function scalarText(value: unknown): string {
  return typeof value === 'object' ? '' : String(value);
}

function hintFor(error: SchemaError, place: JsonSchema, {name, value, computed}: Given): string | undefined {
  if (place.type === 'boolean' && typeof value === 'string') return booleanHint(value);
  if (isNumber(place) && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    return computed ? 'where it is defined, leave out the quotes' : 'leave out the quotes';
  const isMode = /(^|_)mode$/.test(name) && place.type === 'string' && !place.enum;
  if (isMode && computed) return "where it is defined, write it in quotes: '0644'";
  if (isMode && /^[0-7]{3,4}$/.test(scalarText(value))) return `write '0${scalarText(value)}'`;
  if (place.enum) return choiceHint(scalarText(value), place.enum.map(String));
  if (place.mustBe === absolutePathWords && typeof value === 'string') return pathHint(value);
  if (typeof place.hint === 'string') return place.hint;
  if (error.keyword === 'type' && place.type === 'string' && ['number', 'boolean'].includes(typeof value))
    return `write it in quotes: '${scalarText(value)}'`;
  if (error.keyword === 'type' && place.type === 'array') return 'write a list: [a, b]';
  return undefined;
}

/** Words of other tools, and of Ansible's past, for what a choice is called here. */
const otherWords: Readonly<Record<string, string>> = {
  installed: 'present',
  removed: 'absent',
  uninstalled: 'absent',
  deleted: 'absent',
  running: 'started',
  symlink: 'link',
  folder: 'directory',
  dir: 'directory',
};

function choiceHint(value: string, choices: readonly string[]): string | undefined {
  const word = Object.hasOwn(otherWords, value) ? otherWords[value] : undefined;
  return word !== undefined && choices.includes(word)
    ? `did you mean '${word}'?`
    : didYouMean(value, choices);
}

function isNumber({type}: JsonSchema): boolean {
  return type === 'integer' || type === 'number';
}

/** What a path that is no absolute one was meant as. */
function pathHint(path: string): string | undefined {
  if (/^~|^\$HOME/.test(path))
    return 'no shell reads it: write where the home is, such as /root or /home/NAME';
  if (/(^|\/)\.\.(\/|$)/.test(path)) return 'write the path that it comes to';
  if (path.trim() !== path || /[\n\0]/.test(path)) return 'a path is one line, without white space around it';
  if (!path.includes('/')) return 'write the whole path, which begins with /';
  return `a path on the host begins with /: '/${path.replace(/^\.\//, '')}'`;
}

function booleanHint(value: string): string {
  const word = value.toLowerCase();
  if (['yes', 'on', 'true', '1'].includes(word)) return `write true: '${value}' is a string`;
  if (['no', 'off', 'false', '0'].includes(word)) return `write false: '${value}' is a string`;
  return 'write true or false, without quotes';
}

/** A map of which every value is a secret: what stands in its place may be one, too. */
export function holdsSecrets({type, additionalProperties: others}: JsonSchema): boolean {
  return type === 'object' && typeof others === 'object' && others.secret === true;
}

/** The part of the schema that speaks of a value. */
function placeOf(schema: JsonSchema, keys: readonly string[]): JsonSchema {
  let place = schema;
  for (const key of keys) {
    const {additionalProperties: others} = place;
    place = place.properties?.[key] ?? place.items ?? (typeof others === 'object' ? others : {});
  }
  return place;
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
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty one' : 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? `'${value}'` : String(value);
  const line = text.replaceAll('\n', '\\n');
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

function descriptionOf(schema: JsonSchema | undefined): string | undefined {
  return schema?.description;
}
