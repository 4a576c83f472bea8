import {didYouMean, nearest} from '../../errors/index.ts';
import {
  describeNode,
  type MapEntry,
  type MapNode,
  type Node,
  type PlainNode,
  plainNode,
} from '../../source/index.ts';
import {type Reading, report} from '../reading.ts';
import {type Holds, otherKeywords, schemaKeywords, schemaTypes} from './keywords.ts';
import {nodeAt, pointerKeys} from './pointer.ts';

/** Reports what is no JSON Schema: a keyword that does not exist would check nothing, in silence. */
export function checkSchema(reading: Reading, spec: MapNode): boolean {
  const before = reading.diagnostics.length;
  const lint: Lint = {reading, root: spec};
  const type = spec.entries.find(({key}) => key === 'type')?.value;
  // A type that there is not is told with all others.
  if (type !== undefined && plainNode(type) !== 'object' && schemaTypes.includes(String(plainNode(type))))
    wrong(lint, type, "the arguments of a role are a map: 'type: object'");
  checkMap(lint, spec);
  checkRequired(lint);
  return reading.diagnostics.length === before;
}

interface Lint {
  readonly reading: Reading;
  readonly root: MapNode;
}

function checkMap(lint: Lint, schema: MapNode): void {
  for (const entry of schema.entries) {
    const holds = schemaKeywords.get(entry.key);
    if (holds === undefined) {
      reportKeyword(lint, entry, schema === lint.root);
      continue;
    }
    const problem = checkValue(lint, entry, holds);
    if (problem !== undefined) wrong(lint, entry.value, problem);
  }
}

function reportKeyword({reading}: Lint, {key, keySource}: MapEntry, isRoot: boolean): void {
  const other = otherKeywords.get(key);
  if (other !== undefined) {
    report(reading, 'PLY017', `'${key}' of JSON Schema is not supported`, keySource, other);
    return;
  }
  const hint = didYouMean(key, schemaKeywords.keys()) ?? hintFor(key, isRoot);
  report(reading, 'PLY017', `'${key}' is no keyword of a schema`, keySource, hint);
}

/** A name that is required, and almost one of the variables, could be given by nobody. */
function checkRequired({reading, root}: Lint): void {
  const [required, properties] = ['required', 'properties'].map((key) => nodeAt(root, [key]));
  if (required?.type !== 'list' || properties?.type !== 'map') return;
  const names = properties.entries.map(({key}) => key);
  for (const item of required.items) {
    const name = item.type === 'scalar' ? item.text : '';
    const hint = names.includes(name) ? undefined : didYouMean(name, names);
    if (hint !== undefined)
      report(
        reading,
        'PLY017',
        `'required' names '${name}', which is none of the properties`,
        item.source,
        hint,
      );
  }
}

function hintFor(key: string, isRoot: boolean): string | undefined {
  if (isRoot && /^[a-z]\w*_\w+$/.test(key)) return "names of variables stand below 'properties:'";
  return key === 'definitions' ? "write '$defs'" : undefined;
}

function checkSubschema(lint: Lint, node: Node): void {
  if (node.type === 'map') checkMap(lint, node);
  else if (node.type !== 'scalar' || typeof node.value !== 'boolean')
    wrong(lint, node, `a schema is a map, true or false, not ${describeNode(node)}`);
}

/** What is wrong with the value of a keyword itself; what is wrong below it is reported. */
function checkValue(lint: Lint, {key, value}: MapEntry, holds: Holds): string | undefined {
  switch (holds) {
    case 'anything':
      return undefined;
    case 'schema':
      checkSubschema(lint, value);
      return undefined;
    case 'list of schemas':
      if (value.type !== 'list' || value.items.length === 0) return `'${key}' must be a list of schemas`;
      for (const item of value.items) checkSubschema(lint, item);
      return undefined;
    case 'map of schemas':
      if (value.type !== 'map') return `'${key}' must be a map of schemas`;
      for (const entry of value.entries) checkSubschema(lint, entry.value);
      return undefined;
    case 'type':
      checkType(lint, value);
      return undefined;
    case 'reference':
      return checkReference(lint, value);
    case 'pattern':
      return patternProblem(plainNode(value));
    default:
      return fits(plainNode(value), holds) ? undefined : `'${key}' must be a ${holds}`;
  }
}

function fits(value: unknown, holds: Holds): boolean {
  const isNames = (names: unknown): boolean =>
    Array.isArray(names) && names.every((name) => typeof name === 'string');
  switch (holds) {
    case 'text':
      return typeof value === 'string';
    case 'true or false':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'count':
      return Number.isInteger(value) && Number(value) >= 0;
    case 'list':
      return Array.isArray(value) && value.length > 0;
    case 'list of names':
      return isNames(value);
    case 'map of lists of names':
      return typeof value === 'object' && value !== null && Object.values(value).every(isNames);
    default:
      return true;
  }
}

function checkType(lint: Lint, node: Node): void {
  for (const item of node.type === 'list' ? node.items : [node]) {
    const name = plainNode(item);
    if (typeof name === 'string' && schemaTypes.includes(name)) continue;
    const written = item.type === 'scalar' ? item.text : describeNode(item);
    const hint =
      name === null ? "write 'null', in quotes" : (typeHint(written) ?? didYouMean(written, schemaTypes));
    const known = `types are: ${schemaTypes.join(', ')}`;
    report(lint.reading, 'PLY017', `there is no type '${written}'`, item.source, hint ?? known);
  }
}

function typeHint(written: string): string | undefined {
  const names: Readonly<Record<string, string>> = {
    int: 'integer',
    float: 'number',
    str: 'string',
    text: 'string',
    bool: 'boolean',
    list: 'array',
    dict: 'object',
    map: 'object',
    path: 'string',
  };
  const name = Object.hasOwn(names, written) ? names[written] : undefined;
  return name && `did you mean '${name}'?`;
}

function checkReference({reading, root}: Lint, node: Node): string | undefined {
  const target = plainNode(node);
  if (typeof target !== 'string' || !target.startsWith('#'))
    return "'$ref' must point into this file: '#/$defs/NAME'";
  if (nodeAt(root, pointerKeys(target))) return undefined;
  const message = `'${target}' points to nothing in this file`;
  report(reading, 'PLY017', message, node.source, referenceHint(root, target));
  return undefined;
}

/** Of those that there are the one that was most likely meant, else all of a few. */
function referenceHint(root: MapNode, target: string): string | undefined {
  const place = '#/$defs/';
  const definitions = nodeAt(root, ['$defs']);
  const names = definitions?.type === 'map' ? definitions.entries.map(({key}) => key) : [];
  if (names.length === 0) return "what it names stands below '$defs:'";
  const name = target.slice(target.lastIndexOf('/') + 1);
  const near = names.includes(name) ? name : nearest(name, names);
  if (near !== undefined) return `did you mean '${place}${near}'?`;
  return names.length > 6 ? undefined : `there is ${names.map((one) => place + one).join(', ')}`;
}

function patternProblem(pattern: PlainNode): string | undefined {
  if (typeof pattern !== 'string') return "'pattern' must be a text";
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.replace(/^.*\/u?: /s, '');
    return `not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
  }
}

function wrong({reading}: Lint, node: Node, message: string): void {
  report(reading, 'PLY017', message, node.source);
}
