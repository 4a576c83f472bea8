import {Unknown} from '../text/index.ts';
import type {JsonSchema} from './schema.ts';
import {describe, type Value} from './value.ts';

/** An unknown whose type is known: the facts of a host before it is reached, the result of a task before it ran. */
export class ShapedUnknown extends Unknown {
  readonly schema: JsonSchema;

  constructor(reason: string, schema: JsonSchema) {
    super(reason);
    this.schema = schema;
  }
}

/** What a schema says of a member. `certain`: it is there, whatever the value will be. */
interface MemberSchema {
  readonly schema: JsonSchema;
  readonly certain: boolean;
}

/** What a schema says of a member (a key, an index, `length` of a list); undefined when there can be none of that name. */
export function memberSchema(schema: JsonSchema, member: string): MemberSchema | undefined {
  switch (schema.type) {
    case 'object':
      return keySchema(schema, member);
    case 'array':
      if (member === 'length') return {schema: {type: 'integer'}, certain: true};
      return /^\d+$/.test(member) ? {schema: schema.items ?? {}, certain: false} : undefined;
    case 'string':
    case 'number':
    case 'integer':
    case 'boolean':
    case 'null':
      return undefined;
    default:
      return {schema: {}, certain: false};
  }
}

function keySchema(schema: JsonSchema, key: string): MemberSchema | undefined {
  const {properties = {}, additionalProperties, required = []} = schema;
  const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (own) return {schema: own, certain: required.includes(key)};
  if (additionalProperties === false) return undefined;
  return {schema: typeof additionalProperties === 'object' ? additionalProperties : {}, certain: false};
}

/** The part of a path that leads to something: how many of its members there can be. */
export function reachOf(schema: JsonSchema, members: readonly string[]): number {
  let below: JsonSchema = schema;
  for (const [index, member] of members.entries()) {
    const found = memberSchema(below, member);
    if (!found) return index;
    below = found.schema;
  }
  return members.length;
}

/** The schema at the end of a path; undefined when there can be nothing. */
export function schemaAt(schema: JsonSchema, members: readonly string[]): JsonSchema | undefined {
  let below: JsonSchema | undefined = schema;
  for (const member of members) below = below && memberSchema(below, member)?.schema;
  return below;
}

/** The type of a schema in the words of messages; undefined when it takes more than one. */
export function schemaTypeName(schema: JsonSchema): string | undefined {
  const {type} = schema;
  if (typeof type !== 'string') return undefined;
  const names: Readonly<Record<string, string>> = {
    object: 'a map',
    array: 'a list',
    integer: 'a number',
    null: 'null',
  };
  return names[type] ?? `a ${type}`;
}

/** The type that a value has, or will have, in the words of messages; undefined where nobody knows it yet. */
export function typeNameOf(value: Value | undefined): string | undefined {
  if (value instanceof ShapedUnknown) return schemaTypeName(value.schema);
  return value instanceof Unknown ? undefined : describe(value);
}
