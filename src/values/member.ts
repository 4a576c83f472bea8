import {didYouMean} from '../errors/index.ts';
import {entryOf} from '../source/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {ProblemError, type Span} from './problem.ts';
import type {JsonSchema} from './schema.ts';
import type {Scope} from './scope.ts';
import {memberSchema, reachOf, ShapedUnknown, schemaAt, schemaTypeName, typeNameOf} from './shaped.ts';
import {describe, isMap, type Value} from './value.ts';

/**
 * A member of a map (own keys only) or list (an index, or `length`); undefined where there is none. Of an unknown
 * whose type is known, a member that will be there is an unknown itself.
 * @throws UnknownRead when it is not known yet whether there is such a member
 */
export function memberOf(value: Value, member: string): Value | undefined {
  if (value instanceof Unknown) return memberOfUnknown(value, member);
  if (isMap(value)) return Object.hasOwn(value, member) ? value[member] : undefined;
  if (!Array.isArray(value)) return undefined;
  if (member === 'length') return value.length;
  return /^\d+$/.test(member) ? (value[Number(member)] as Value | undefined) : undefined;
}

function memberOfUnknown(unknown: Unknown, member: string): Value | undefined {
  if (!(unknown instanceof ShapedUnknown)) throw new UnknownRead(unknown);
  const found = memberSchema(unknown.schema, member);
  if (!found) return undefined;
  const one = new ShapedUnknown(unknown.reason, found.schema);
  if (!found.certain) throw new UnknownRead(one);
  return one;
}

/** @param owner what has no such member, as the subject of the message */
export function missingMember(
  value: Value,
  member: string,
  owner: string,
  span: Span,
  details: {
    variable?: string | undefined;
    outside?: string | undefined;
    /** Names that stand for whole values there: what `as |name|` gives. */
    parameters?: readonly string[];
  } = {},
): ProblemError {
  const {variable, outside, parameters = []} = details;
  const schema = value instanceof ShapedUnknown ? value.schema : undefined;
  const among = isMap(value) ? didYouMean(member, Object.keys(value)) : schema && keyHint(schema, member);
  // Of the variable itself, and not of what is below it.
  const isWhole = owner === `'${variable}'`;
  const own =
    variable !== undefined && isWhole && isMap(value) ? namesHint(variable, Object.keys(value)) : undefined;
  const outsideHint = outside === undefined ? undefined : `the variable of that name is ${outside} here`;
  const what = hasMembers(value) ? '' : ` (it is ${(schema && schemaTypeName(schema)) ?? describe(value)})`;
  return new ProblemError({
    code: 'VAL002',
    message: `${owner} has no '${member}'${what}`,
    span,
    hint:
      among ??
      own ??
      passesHint(owner, value) ??
      outsideHint ??
      factsHint(owner, member) ??
      didYouMean(member, parameters) ??
      linesHint(owner, member, value) ??
      sizeHint(value, member) ??
      lengthHint(value),
    variables: variable === undefined ? undefined : [variable],
  });
}

/** Groups and hosts are few, and are looked for by their names. */
function namesHint(variable: string, names: readonly string[]): string | undefined {
  const what = variable === 'groups' ? 'groups' : variable === 'hostvars' ? 'hosts' : undefined;
  if (what === undefined || names.length === 0) return undefined;
  return `${what} are: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`;
}

/** Of another host there are only facts that a play before has gathered. */
function factsHint(owner: string, member: string): string | undefined {
  return member === 'facts' && owner.startsWith("'hostvars.")
    ? 'a play before this one, for that host and with gather_facts: true, gathers them'
    : undefined;
}

/** After a loop there is a result of each pass. */
function passesHint(owner: string, value: Value): string | undefined {
  const isOfLoop = isMap(value) && Array.isArray(value.results) && 'changed' in value && 'failed' in value;
  return isOfLoop
    ? `after a loop each pass has its own, in the list ${owner.replaceAll("'", '')}.results`
    : undefined;
}

/** What a program printed is a text, and beside it there is the list of its lines. */
function linesHint(owner: string, member: string, value: Value): string | undefined {
  const output = /^'(.*\.std(?:out|err))'$/.exec(owner)?.[1];
  if (output === undefined || typeNameOf(value) !== 'a string') return undefined;
  return /^(lines|split|splitlines|\d+)$/.test(member) ? `its lines are a list: ${output}_lines` : undefined;
}

const sizeNames = new Set(['size', 'length', 'count', 'len']);
const sizedTypes = new Set(['a string', 'a list', 'a map']);

/** How many there are is no member. */
function sizeHint(value: Value, member: string): string | undefined {
  if (!sizeNames.has(member)) return undefined;
  const type = typeNameOf(value);
  const isSized = Array.isArray(value) || isMap(value) || (type !== undefined && sizedTypes.has(type));
  return isSized ? 'in conditions x.size(), in templates {{ length x }}' : undefined;
}

function lengthHint(value: Value): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.length === 1 ? '1 item' : `${value.length} items`;
  return `the list has ${items}${value.length > 0 ? ', counted from 0' : ''}`;
}

function hasMembers(value: Value): boolean {
  if (value instanceof ShapedUnknown) return value.schema.type === 'object' || value.schema.type === 'array';
  return isMap(value) || Array.isArray(value);
}

/** The nearest key, or all of them where they are few. */
function keyHint(schema: JsonSchema, member: string): string | undefined {
  const keys = Object.keys(schema.properties ?? {});
  const near = didYouMean(member, keys);
  return near ?? (keys.length > 0 && keys.length <= 16 ? `there is ${keys.join(', ')}` : undefined);
}

/**
 * What is wrong with a path below a variable that is not known yet, but whose type is: a member that it cannot have.
 * @param span the place of the member at an index
 */
export function missingBelow(
  name: string,
  members: readonly string[],
  scope: Scope,
  span: (index: number) => Span,
): ProblemError | undefined {
  const {reason, schema} = shapeOf(name, scope) ?? {};
  if (schema === undefined || reason === undefined) return undefined;
  const reach = reachOf(schema, members);
  const member = members[reach];
  if (member === undefined) return undefined;
  const before = members.slice(0, reach);
  const owner = new ShapedUnknown(reason, schemaAt(schema, before) ?? {});
  return missingMember(owner, member, `'${[name, ...before].join('.')}'`, span(reach));
}

/** What a variable is before it is known, where that is said. */
export function shapeOf(name: string, scope: Scope): ShapedUnknown | undefined {
  const variable = scope.variable(name);
  if (!variable || !('data' in variable)) return undefined;
  return variable.data instanceof ShapedUnknown ? variable.data : undefined;
}

/** A variable, and the way down into it, as a template or an expression reads them. */
interface PathRead {
  readonly name: string;
  readonly members: readonly string[];
  readonly optional: boolean;
}

/**
 * A misspelt member of a map that somebody wrote, also where nobody comes to read it yet. Nothing is rendered.
 * @param reads of the same text: what one of them may miss, the others have asked for
 * @param span the place of the member at an index
 */
export function misspeltBelow(
  {name, members}: PathRead,
  reads: readonly PathRead[],
  scope: Scope,
  span: (index: number) => Span,
): ProblemError | undefined {
  const variable = members.length === 0 ? undefined : scope.variable(name);
  let node = variable && 'node' in variable ? variable.node : undefined;
  for (const [index, member] of members.entries()) {
    if (node?.type !== 'map') return undefined;
    const keys = node.entries.map(({key}) => key);
    const entry = entryOf(node, member);
    if (!entry && didYouMean(member, keys) !== undefined) {
      const path = [name, ...members.slice(0, index)].join('.');
      const isAskedFor = reads.some(
        (other) => other.optional && [other.name, ...other.members].join('.').startsWith(`${path}.${member}`),
      );
      if (isAskedFor) return undefined;
      const value = Object.fromEntries(keys.map((key) => [key, null]));
      return missingMember(value, member, `'${path}'`, span(index), {variable: name});
    }
    node = entry?.value;
  }
  return undefined;
}
