import {type Diagnostic, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {ListNode, MapNode, Node, ScalarNode} from '../source/index.ts';
import {Mistaken, type Text, toText, type Unknown} from '../text/index.ts';
import {tooBulky} from './bulk.ts';
import {codes} from './codes.ts';
import {locateInFile, locateInScalar} from './position.ts';
import {withoutRepeats} from './problem.ts';
import type {JsonSchema} from './schema.ts';
import type {Scope} from './scope.ts';
import {writtenTemplate} from './source-text.ts';
import {mayBeTemplate} from './template/syntax.ts';
import {renderText, renderTyped} from './template/template.ts';
import {omit, type Value, type ValueMap} from './value.ts';
import {rememberNode} from './written-nodes.ts';

/**
 * What a person wrote as a value. A scalar that reads an unknown becomes that unknown; maps and lists hold
 * unknowns inside. Where the schema says string, a plain number or boolean keeps its source text (`0644`, `1.20`),
 * also when a template does nothing but name a variable, or the one that `default` takes.
 * @throws VprovError with all mistakes of the node
 */
export function render(node: Node, scope: Scope, schema?: JsonSchema): Value {
  const diagnostics: Diagnostic[] = [];
  const value = renderNode(node, scope, schema, diagnostics);
  if (diagnostics.length > 0) throw new VprovError(withoutRepeats(diagnostics));
  return value;
}

/**
 * The text of a template file, secrets marked, or the unknown that it reads.
 * @throws VprovError with all mistakes, placed in the template file
 */
export function renderTemplate(
  template: {readonly text: string; readonly file: string},
  scope: Scope,
): Text | Unknown {
  if (!mayBeTemplate(template.text)) return toText(template.text);
  return renderText(template.text, scope, locateInFile(template.file));
}

/** Whether rendering gives the same in every scope. */
export function isStatic(node: Node): boolean {
  switch (node.type) {
    case 'scalar':
      return typeof node.value !== 'string' || node.raw || !mayBeTemplate(node.value);
    case 'list':
      return node.items.every(isStatic);
    case 'map':
      return node.entries.every((entry) => isStatic(entry.value));
  }
}

const mistaken = new Mistaken('it is a mistake');

function renderNode(
  node: Node,
  scope: Scope,
  schema: JsonSchema | undefined,
  diagnostics: Diagnostic[],
): Value {
  if (node.mistaken) return mistaken;
  switch (node.type) {
    case 'scalar':
      return renderScalar(node, scope, schema, diagnostics);
    case 'list':
      return bounded(renderList(node, scope, schema, diagnostics), node, diagnostics);
    case 'map':
      return bounded(renderMap(node, scope, schema, diagnostics), node, diagnostics);
  }
}

/** Lists and maps that hold one another several times grow with every variable of the chain. */
function bounded<T extends readonly Value[] | ValueMap>(
  value: T,
  node: ListNode | MapNode,
  diagnostics: Diagnostic[],
): T | Unknown {
  const reason = tooBulky(value);
  if (reason === undefined) return rememberNode(value, node);
  const message = `this ${node.type} ${reason}`;
  const hint = 'do its variables multiply one another?';
  diagnostics.push(errorDiagnostic(codes, 'VAL016', message, {source: node.source, hint}));
  return mistaken;
}

function renderList(
  {items}: ListNode,
  scope: Scope,
  schema: JsonSchema | undefined,
  diagnostics: Diagnostic[],
): readonly Value[] {
  const list: Value[] = [];
  for (const item of items) {
    const value = renderNode(item, scope, schema?.items, diagnostics);
    if (value !== omit) list.push(value);
  }
  return list;
}

function renderMap(
  {entries}: MapNode,
  scope: Scope,
  schema: JsonSchema | undefined,
  diagnostics: Diagnostic[],
): ValueMap {
  const map: {[key: string]: Value} = Object.create(null);
  for (const {key, value: node} of entries) {
    const value = renderNode(node, scope, schemaOfEntry(schema, key), diagnostics);
    if (value !== omit) map[key] = value;
  }
  return map;
}

const sealed = new Mistaken('it is encrypted, and could not be opened');

function renderScalar(
  node: ScalarNode,
  scope: Scope,
  schema: JsonSchema | undefined,
  diagnostics: Diagnostic[],
): Value {
  const {value, secret} = node;
  if (secret !== undefined) return secret === 'sealed' ? sealed : secret;
  if (typeof value !== 'string') {
    return value !== null && node.style === 'plain' && wantsText(schema, value) ? node.text : value;
  }
  if (node.raw || schema?.expression || !mayBeTemplate(value)) return value;
  try {
    const rendered = renderTyped(value, scope, locateInScalar(node));
    if (typeof rendered !== 'number' && typeof rendered !== 'boolean') return rendered;
    return wantsText(schema, rendered) ? (writtenTemplate(value, scope) ?? String(rendered)) : rendered;
  } catch (error) {
    if (!(error instanceof VprovError)) throw error;
    diagnostics.push(...error.diagnostics);
    return mistaken;
  }
}

function schemaOfEntry(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const {properties, additionalProperties} = schema ?? {};
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** Whether a schema takes strings, but not this number or boolean as it is. */
function wantsText(schema: JsonSchema | undefined, value: number | boolean): boolean {
  const types = typesOf(schema);
  if (!types.has('string')) return false;
  return typeof value === 'boolean' ? !types.has('boolean') : !types.has('number') && !types.has('integer');
}

function typesOf(schema: JsonSchema | undefined): ReadonlySet<string> {
  if (!schema) return new Set();
  const alternatives = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const own = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return new Set([...own, ...alternatives.flatMap((one: JsonSchema) => [...typesOf(one)])]);
}
