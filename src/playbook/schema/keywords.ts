/** What a keyword of JSON Schema holds. */
export type Holds =
  | 'anything'
  | 'schema'
  | 'list of schemas'
  | 'map of schemas'
  | 'type'
  | 'reference'
  | 'pattern'
  | 'text'
  | 'true or false'
  | 'number'
  | 'count'
  | 'list'
  | 'list of names'
  | 'map of lists of names';

/**
 * The keywords that are understood, those of one machine and one file: no `$id`, no `$dynamicRef`, no `format`
 * beyond what a pattern says.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
export const schemaKeywords: ReadonlyMap<string, Holds> = new Map<string, Holds>([
  ['$schema', 'text'],
  ['$comment', 'text'],
  ['$defs', 'map of schemas'],
  ['$ref', 'reference'],
  ['title', 'text'],
  ['description', 'text'],
  ['default', 'anything'],
  ['examples', 'list'],
  ['deprecated', 'true or false'],
  // What has it is a secret wherever it is read.
  ['writeOnly', 'true or false'],
  ['type', 'type'],
  ['enum', 'list'],
  ['const', 'anything'],
  ['minimum', 'number'],
  ['maximum', 'number'],
  ['exclusiveMinimum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['multipleOf', 'number'],
  ['minLength', 'count'],
  ['maxLength', 'count'],
  ['pattern', 'pattern'],
  ['items', 'schema'],
  ['prefixItems', 'list of schemas'],
  ['contains', 'schema'],
  ['minContains', 'count'],
  ['maxContains', 'count'],
  ['minItems', 'count'],
  ['maxItems', 'count'],
  ['uniqueItems', 'true or false'],
  ['properties', 'map of schemas'],
  ['patternProperties', 'map of schemas'],
  ['additionalProperties', 'schema'],
  ['propertyNames', 'schema'],
  ['required', 'list of names'],
  ['dependentRequired', 'map of lists of names'],
  ['dependentSchemas', 'map of schemas'],
  ['minProperties', 'count'],
  ['maxProperties', 'count'],
  ['allOf', 'list of schemas'],
  ['anyOf', 'list of schemas'],
  ['oneOf', 'list of schemas'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],
]);

const inOneFile = "a schema is one file here: '$ref' points to '#/$defs/NAME'";
const onlyText = "a 'pattern' says what a text may be";

/** The keywords of JSON Schema 2020-12 that are not among them, and what stands in for each. */
export const otherKeywords: ReadonlyMap<string, string> = new Map([
  ['unevaluatedProperties', "'additionalProperties' refuses what the 'properties' beside it do not name"],
  ['unevaluatedItems', "'items' is for all that come after those of the 'prefixItems' beside it"],
  ['format', "write a 'pattern'"],
  ['contentEncoding', onlyText],
  ['contentMediaType', onlyText],
  ['contentSchema', onlyText],
  ['readOnly', 'a role only reads its variables'],
  ['$id', inOneFile],
  ['$anchor', inOneFile],
  ['$dynamicRef', inOneFile],
  ['$dynamicAnchor', inOneFile],
  ['$vocabulary', inOneFile],
]);

export const schemaTypes: readonly string[] = [
  'string',
  'integer',
  'number',
  'boolean',
  'array',
  'object',
  'null',
];
