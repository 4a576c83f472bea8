import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import type {MapNode} from '../source/index.ts';
import type {JsonSchema, ValueMap} from '../values/index.ts';
import {codes} from './codes.ts';
import {keySourceOf} from './position.ts';
import type {ArgumentRule} from './vocabulary.ts';

/**
 * What is wrong with the arguments as a set. An argument whose value is not known yet counts as given.
 * @param lacks an argument is known to be missing: only what is given is judged, not what else is not
 */
export function checkRules(
  schema: JsonSchema,
  args: ValueMap,
  node: MapNode,
  lacks: boolean,
): readonly Diagnostic[] {
  const rules = (schema.rules ?? []) as readonly ArgumentRule[];
  const found = rules
    .filter(({rule}) => !lacks || rule === 'one-of' || rule === 'not-both')
    .flatMap((rule) => checkRule(rule, schema, args, node))
    .filter(({code}) => !lacks || code !== 'MOD003');
  return [...found, ...(lacks ? [] : whatIsNeeded(rules, schema, args, node))];
}

/** What one value of an argument needs and lacks is one mistake, however much it is. */
function whatIsNeeded(
  rules: readonly ArgumentRule[],
  schema: JsonSchema,
  args: ValueMap,
  node: MapNode,
): readonly Diagnostic[] {
  const lacking = new Map<string, (readonly string[])[]>();
  for (const rule of rules) {
    if (rule.rule !== 'needs') continue;
    const value = settingOf(rule.argument, schema, args);
    if (typeof value !== 'string' || !rule.values.includes(value)) continue;
    if (rule.needs.some((name) => args[name] !== undefined)) continue;
    const setting = `${rule.argument}: ${value}`;
    lacking.set(setting, [...(lacking.get(setting) ?? []), rule.needs]);
  }
  return [...lacking].map(([setting, needs]) =>
    missing(
      `${setting} needs ${needs.map((names) => list(names, 'or')).join(' and ')}`,
      needs.flat(),
      schema,
      node,
    ),
  );
}

/** @param names of the arguments of which one is missing, or all */
function missing(message: string, names: readonly string[], schema: JsonSchema, node: MapNode): Diagnostic {
  return errorDiagnostic(codes, 'MOD003', message, {source: node.source, hint: hintOf(names, schema, node)});
}

/** The name that one of them was misspelt as, where any may be given; else the first sentence on the first of them. */
function hintOf(names: readonly string[], schema: JsonSchema, {entries}: MapNode): string | undefined {
  const others = entries.map(({key}) => key).filter((key) => !Object.hasOwn(schema.properties ?? {}, key));
  const near = others.map((key) => didYouMean(key, names)).find((one) => one !== undefined);
  if (near !== undefined) return near;
  const described = names.find((name) => schema.properties?.[name]?.description !== undefined) ?? '';
  const [sentence] = schema.properties?.[described]?.description?.split(/(?<=\.)\s/) ?? [];
  return sentence === undefined ? undefined : `${described}: ${sentence}`;
}

function checkRule(
  rule: ArgumentRule,
  schema: JsonSchema,
  args: ValueMap,
  node: MapNode,
): readonly Diagnostic[] {
  const given = (names: readonly string[]) => names.filter((name) => args[name] !== undefined);
  const together = (name: string, message: string, hint?: string) =>
    errorDiagnostic(codes, 'MOD006', message, {source: keySourceOf(node, name), hint});
  switch (rule.rule) {
    case 'one-of':
      if (given(rule.arguments).length === 0)
        return [missing(`one of ${list(rule.arguments, 'and')} is missing`, rule.arguments, schema, node)];
      return exclusive(given(rule.arguments), together);
    case 'not-both':
      return exclusive(given(rule.arguments), together);
    case 'some-of':
      return given(rule.arguments).length === 0
        ? [missing(`nothing to do: give ${list(rule.arguments, 'or')}`, rule.arguments, schema, node)]
        : [];
    case 'needs':
      return [];
    case 'only-with': {
      const value = settingOf(rule.argument, schema, args);
      if (typeof value !== 'string' || rule.values.includes(value)) return [];
      // A value that there is not is told by itself.
      if (schema.properties?.[rule.argument]?.enum?.includes(value) === false) return [];
      return given(rule.arguments).map((name) =>
        together(
          name,
          `'${name}' goes only with ${rule.argument}: ${rule.values.join(' or ')}`,
          `write '${rule.argument}: ${rule.values[0]}', or leave out '${name}'`,
        ),
      );
    }
    case 'only-beside':
      if (given(rule.beside).length > 0) return [];
      return given(rule.arguments).map((name) =>
        together(
          name,
          `'${name}' goes only with ${list(rule.beside, 'or')}`,
          `give ${list(rule.beside, 'or')}, too, or leave out '${name}'`,
        ),
      );
  }
}

function exclusive(
  found: readonly string[],
  together: (name: string, message: string) => Diagnostic,
): readonly Diagnostic[] {
  const second = found[1];
  return second === undefined ? [] : [together(second, `${list(found, 'and')} exclude each other`)];
}

/** The value of an argument, or its default. What is not known yet, or not a string, is judged by no rule. */
function settingOf(name: string, schema: JsonSchema, args: ValueMap): unknown {
  return args[name] ?? schema.properties?.[name]?.default;
}

function list(names: readonly string[], word: 'and' | 'or'): string {
  const quoted = names.map((name) => `'${name}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`;
}
