import {parseYaml} from '../../source/index.ts';
import {joinTexts, Secret, type Text, Unknown, UnknownRead} from '../../text/index.ts';
import {asText, fromText, isMap, type Value} from '../value.ts';
import {ArgumentError, countOf, defineFunction, exact, type FunctionGroup, mapOf} from './define.ts';
import {plainValue} from './plain-value.ts';
import {yamlText} from './yaml-text.ts';

const any = {name: 'value', type: 'any'} as const;
const text = {name: 'text', type: 'text'} as const;

export const formatFunctions: FunctionGroup = {
  title: 'JSON and YAML',
  functions: [
    defineFunction({
      name: 'json',
      summary: 'A value as JSON on one line, or on several with that many spaces of indentation',
      example: {call: 'json member', gives: '{"name":"wallpi","port":8200}'},
      parameters: [any, {name: 'indentation', type: 'number', optional: true}],
      secrets: 'kept',
      call: ([value, indentation]) =>
        fromText(jsonText(value ?? null, countOf('json', 'indentation', indentation ?? 0, 100), '')),
    }),
    defineFunction({
      name: 'yaml',
      summary: 'A value as a YAML block, with a newline at its end',
      example: {call: 'yaml member', gives: 'name: wallpi\nport: 8200\n'},
      parameters: [any],
      secrets: 'kept',
      call: ([value]) => fromText(yamlText(value ?? null)),
    }),
    defineFunction({
      name: 'from_json',
      summary: 'The value of a JSON text',
      example: {call: 'from_json "[1, 2]"', gives: [1, 2]},
      parameters: [text],
      secrets: 'read',
      call: ([value]) => parseJson(String(value)),
    }),
    defineFunction({
      name: 'from_yaml',
      summary: 'The value of a YAML text',
      example: {call: 'from_yaml "[a, b]"', gives: ['a', 'b']},
      parameters: [text],
      secrets: 'read',
      call: ([value]) => parseYamlText(String(value)),
    }),
  ],
};

function parseJson(text: string): Value {
  try {
    return withoutPrototypes(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ArgumentError('from_json: this is not JSON', 'look at the text: {{ quote x }}');
  }
}

function withoutPrototypes(json: unknown): Value {
  if (Array.isArray(json)) return json.map(withoutPrototypes);
  if (typeof json !== 'object' || json === null) return exact(json as string | number | boolean | null);
  return mapOf(Object.entries(json).map(([key, item]) => [key, withoutPrototypes(item)]));
}

function parseYamlText(text: string): Value {
  const {node, diagnostics} = parseYaml(text, 'the text');
  const [first] = diagnostics;
  if (first)
    throw new ArgumentError(`from_yaml: ${first.message} (line ${first.source?.line ?? 1} of the text)`);
  return node ? plainValue(node) : null;
}

/**
 * A value as JSON, secrets still marked (with JSON's escapes inside).
 * @param spaces of indentation for each level; 0: all on one line
 * @throws UnknownRead for an unknown anywhere inside
 */
function jsonText(value: Value, spaces: number, margin: string): Text {
  if (value instanceof Unknown) throw new UnknownRead(value);
  const inner = spaces > 0 ? `${margin}${' '.repeat(spaces)}` : '';
  const put = (open: string, items: readonly Text[], close: string): Text => {
    if (items.length === 0) return [open + close];
    if (spaces === 0) return joinTexts([[open], joinTexts(items, ','), [close]]);
    return joinTexts([[`${open}\n${inner}`], joinTexts(items, `,\n${inner}`), [`\n${margin}${close}`]]);
  };
  if (Array.isArray(value)) {
    return put(
      '[',
      value.map((item: Value) => jsonText(item, spaces, inner)),
      ']',
    );
  }
  if (isMap(value)) {
    const colon = spaces > 0 ? ': ' : ':';
    const entries = Object.entries(value).map(([key, item]) =>
      joinTexts([[`${JSON.stringify(key)}${colon}`], jsonText(item, spaces, inner)]),
    );
    return put('{', entries, '}');
  }
  const text = asText(value);
  if (text === undefined) return [JSON.stringify(exact(value))];
  const escapedText = text.map((part) =>
    part instanceof Secret ? new Secret(part.name, escaped(part.reveal())) : escaped(part),
  );
  return joinTexts([['"'], escapedText, ['"']]);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
