import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import type {MapNode} from '../source/index.ts';
import type {JsonSchema, ValueMap} from '../values/index.ts';
import {codes} from './codes.ts';
import type {AnyModule, ArgumentProblem, ArgumentSchema, Catalogue} from './contract.ts';
import {type PlainArguments, plainArguments, pointerKeys} from './plain.ts';
import {type ArgumentPlaces, keySourceOf, placesIn} from './position.ts';
import {checkRules} from './rules.ts';
import {explainErrors, holdsSecrets} from './schema-errors.ts';

/**
 * Everything that is wrong with the arguments of a task, as far as they are known: nothing is said about a value that
 * is `Unknown`. Secrets count as strings, and are refused where the value is shown.
 *
 * @param args the arguments, rendered
 * @param node where they were written
 * @param places where what is wrong was written: without it, there
 */
export function checkArguments(
  moduleName: string,
  args: ValueMap,
  node: MapNode,
  catalogue: Catalogue,
  places: ArgumentPlaces = placesIn(node),
): readonly Diagnostic[] {
  const entry = catalogue.modules.get(moduleName);
  if (!entry)
    return [
      errorDiagnostic(codes, 'MOD001', `there is no module '${moduleName}'`, {
        source: node.source,
        hint: didYouMean(moduleName, catalogue.modules.keys()),
      }),
    ];
  const {schema, validate} = entry.args;
  const plain = plainArguments(args);
  const misplaced = plain.secret.filter((pointer) => !mayHoldSecret(schema, pointerKeys(pointer)));
  const errors = validate(plain.data) ? [] : (validate.errors ?? []);
  const explained = explainErrors(
    errors.filter((error) => !misplaced.includes(error.instancePath)),
    {moduleName, schema, plain, node, places},
  );
  // Where an argument is missing, or may be meant by an unknown name, what the arguments lack as a set is said once
  // that is mended.
  const lacks =
    explained.some(({code}) => code === 'MOD003') ||
    errors.some(({keyword, instancePath}) => keyword === 'additionalProperties' && instancePath === '');
  const nul = nulMistakes(entry, plain, places);
  const found = [
    // A NUL is what is wrong with it, whatever else it were to look like.
    ...(nul.length > 0
      ? explained.filter((one) => !nul.some((other) => byPlace(one, other) === 0))
      : explained),
    ...checkRules(schema, args, node, lacks),
    ...nul,
    ...misplaced.map((pointer) => misplacedSecret(pointerKeys(pointer), places)),
  ];
  if (found.length > 0) return found.sort(byPlace);
  return problemsIn(entry.module, args, plain.unknown).map((problem) => meaningless(problem, node, places));
}

function problemsIn(
  module: AnyModule,
  args: ValueMap,
  unknown: readonly string[],
): readonly ArgumentProblem[] {
  if (module.type === 'control') return [];
  const problems = unknown.length > 0 ? [] : (module.check?.(args) ?? []);
  if (module.type !== 'state' || !module.checkKnown) return problems;
  const left = new Set(unknown.map((pointer) => pointerKeys(pointer)[0]));
  const known = Object.fromEntries(Object.entries(args).filter(([name]) => !left.has(name)));
  return [...problems, ...module.checkKnown(known)];
}

/** Arguments that may hold any text: they are the contents of something, and never a word of a command. */
const contents = new Set(['content', 'body', 'block', 'line', 'replace', 'regexp', 'data', 'value']);

/** What is a word of a command on the host, or a name or path there, can hold no NUL. */
function nulMistakes(
  {module, args: {schema}}: {readonly module: AnyModule; readonly args: ArgumentSchema},
  {data}: PlainArguments,
  places: ArgumentPlaces,
): readonly Diagnostic[] {
  if (module.type === 'control' || module.name.startsWith('vault_')) return [];
  return Object.entries(data)
    .filter(([name]) => !contents.has(name) && schema.properties?.[name])
    .flatMap(([name, value]) => placesOfNul(value, [name]))
    .map((keys) =>
      errorDiagnostic(codes, 'MOD005', `'${keys.join('.')}' has a NUL in it, which no program can be given`, {
        source: places.of(keys),
        hint: keys[0] === 'stdin' ? 'bytes go into a file, by copy, which the command reads' : 'take it out',
      }),
    );
}

function placesOfNul(value: unknown, keys: readonly string[]): readonly (readonly string[])[] {
  if (typeof value === 'string') return value.includes('\0') ? [keys] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesOfNul(inner, [...keys, key]));
}

/** A secret in an argument that stands in reports. */
function misplacedSecret(keys: readonly string[], places: ArgumentPlaces): Diagnostic {
  return errorDiagnostic(
    codes,
    'MOD007',
    `'${keys.join('.')}' cannot hold a secret: it is shown in reports`,
    {
      source: places.of(keys),
    },
  );
}

function byPlace({source: a}: Diagnostic, {source: b}: Diagnostic): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

function mayHoldSecret(schema: JsonSchema, keys: readonly string[]): boolean {
  let place: JsonSchema | undefined = schema;
  for (const key of keys) {
    const others: JsonSchema['additionalProperties'] = place.additionalProperties;
    place = place.properties?.[key] ?? place.items ?? (typeof others === 'object' ? others : undefined);
    if (!place || place.secret === true || holdsSecrets(place)) return true;
  }
  return false;
}

function meaningless(
  {argument, at = [], atKey, message, hint}: ArgumentProblem,
  node: MapNode,
  places: ArgumentPlaces,
): Diagnostic {
  return errorDiagnostic(codes, 'MOD005', `'${argument}' ${message}`, {
    source: node.entries.some((entry) => entry.key === argument)
      ? places.of([argument, ...at], atKey)
      : keySourceOf(node, argument),
    hint,
  });
}
