import type {AnyModule, ArgumentRule, Catalogue} from '../src/modules/index.ts';
import type {JsonSchema} from '../src/values/index.ts';
import {examplesOf} from './module-examples.ts';

const head = `# The modules

<!-- Made by \`npm run docs\` from src/modules/*/schema.ts and cases.yml. Do not edit. -->

What a task can do on a host. How tasks, conditions and templates are written is in [language.md](language.md).
An argument that is not named here is an error, found before any host is contacted.

Every task's result, as \`register\` keeps it, has \`changed\`, \`failed\` and \`skipped\`; a task that failed has \`msg\`,
a task with \`until\` has \`attempts\`, and one with \`loop\` has the results of all rounds in \`results\`.
`;

/** What each class of module promises. */
const classes = `- A **state** module declares what shall be. It changes what differs, and a second run changes nothing (\`restarted\` and
  \`reloaded\` of systemd excepted: they happen each time). *Check mode* says exactly what a run would change, taking the
  changes planned before as made. In a run, what was changed is looked at again; what still differs fails the task.
  Its result has \`changes\` when something changed: a list of \`ref\` (such as \`path:/etc/motd\`) with the names of its
  \`attributes\`.
- An **action** does something each time, and nobody can know what it does to the host.
- A **control** module touches no host. *Check mode* is as a run.
`;

/**
 * The page docs/modules.md.
 * @param casesOf the text of a module's cases.yml
 */
export function modulesPage(catalogue: Catalogue, casesOf: (module: string) => string): string {
  const modules = [...catalogue.modules].map(([name, {module, args}]) => ({
    name,
    module,
    schema: args.schema,
  }));
  const overview = modules.map(
    ({name, module}) => `| [${name}](#${name}) | ${module.type} | ${module.summary} |`,
  );
  const sections = modules.map(({name, module, schema}) =>
    section(module, schema, examplesOf(module, casesOf(name), `src/modules/${name}/cases.yml`)),
  );
  return `${[head, ['| module | class | |', '|---|---|---|', ...overview].join('\n'), '', classes, ...sections].join('\n')}\n`;
}

function section(module: AnyModule, schema: JsonSchema, examples: readonly string[]): string {
  const {name, summary} = module;
  return [
    `## ${name}`,
    '',
    `${summary}.${shorthandText(module)}`,
    '',
    '```yaml',
    examples.join('\n\n'),
    '```',
    '',
    ...argumentsTable(schema),
    ...rulesText(schema),
    ...resultsTable(schema),
    ...(typeof schema.checkMode === 'string' ? [`**Check mode.** ${schema.checkMode}`, ''] : []),
    ...retiredText(schema),
  ].join('\n');
}

function shorthandText({name, shorthand}: AnyModule): string {
  return shorthand === undefined ? '' : ` On one line, \`${name}: …\`, the argument is \`${shorthand}\`.`;
}

function argumentsTable(schema: JsonSchema): readonly string[] {
  const properties = Object.entries(schema.properties ?? {});
  const described = [schema.description ? `Arguments: ${lowerFirst(schema.description)}` : '', ''];
  if (properties.length === 0) return described;
  // Any others may be given besides.
  const others = schema.minProperties === undefined ? [] : described;
  const rows = properties.map(([name, argument]) => {
    const isRequired = schema.required?.includes(name) === true;
    return `| \`${name}\` | ${cell(typeOf(argument))} | ${isRequired ? '**required**' : defaultOf(argument)} | ${cell(argument.description ?? '')} |`;
  });
  return [...others, '| argument | type | default | meaning |', '|---|---|---|---|', ...rows, ''];
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (typeof schema.mustBe === 'string') return schema.mustBe;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  return types.map((type) => typeName(type, schema)).join(' or ');
}

function typeName(type: string, schema: JsonSchema): string {
  switch (type) {
    case 'any':
      return 'anything';
    case 'array':
      return schema.items ? `list of ${plural(schema.items)}` : 'list';
    case 'object':
      return 'map';
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${rangeOf(schema)}`;
    default:
      return type;
  }
}

function plural(items: JsonSchema): string {
  return items.type === 'integer' ? 'whole numbers' : 'strings';
}

function rangeOf({minimum, maximum, exclusiveMinimum}: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` (${String(minimum)} to ${String(maximum)})`;
  if (minimum !== undefined) return ` (at least ${String(minimum)})`;
  return exclusiveMinimum === undefined ? '' : ` (more than ${String(exclusiveMinimum)})`;
}

function defaultOf({default: value}: JsonSchema): string {
  return value === undefined ? '' : `\`${String(value)}\``;
}

function rulesText(schema: JsonSchema): readonly string[] {
  const rules = ((schema.rules ?? []) as readonly ArgumentRule[]).map(ruleText);
  return rules.length === 0 ? [] : [`${rules.join(' ')}`, ''];
}

function ruleText(rule: ArgumentRule): string {
  switch (rule.rule) {
    case 'one-of':
      return `Exactly one of ${list(rule.arguments, 'and')} is given.`;
    case 'some-of':
      return `At least one of ${list(rule.arguments, 'and')} is given.`;
    case 'not-both':
      return `Only one of ${list(rule.arguments, 'and')} is given.`;
    case 'needs':
      return `${list(settings(rule), 'or')} needs ${list(rule.needs, 'or')}.`;
    case 'only-with':
      return `${list(rule.arguments, 'and')} ${verb(rule.arguments)} only with ${list(settings(rule), 'or')}.`;
    case 'only-beside':
      return `${list(rule.arguments, 'and')} ${verb(rule.arguments)} only beside ${list(rule.beside, 'or')}.`;
  }
}

/** `state: file`, `state: directory`. */
function settings({argument, values}: {argument: string; values: readonly string[]}): readonly string[] {
  return values.map((value) => `${argument}: ${value}`);
}

function verb(names: readonly string[]): string {
  return names.length === 1 ? 'goes' : 'go';
}

function list(names: readonly string[], word: 'and' | 'or'): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${word} ${quoted.at(-1)}`;
}

function resultsTable(schema: JsonSchema): readonly string[] {
  const results = Object.entries((schema.results ?? {}) as Readonly<Record<string, string>>);
  if (results.length === 0) return [];
  return [
    '| result | |',
    '|---|---|',
    ...results.map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |`),
    '',
  ];
}

/** Arguments of Ansible's module that ours has not, those with the same advice together. */
function retiredText(schema: JsonSchema): readonly string[] {
  const namesByAdvice = new Map<string, string[]>();
  for (const [name, advice] of Object.entries((schema.retired ?? {}) as Readonly<Record<string, string>>))
    namesByAdvice.set(advice, [...(namesByAdvice.get(advice) ?? []), name]);
  if (namesByAdvice.size === 0) return [];
  const rows = [...namesByAdvice].map(
    ([advice, names]) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${cell(advice)} |`,
  );
  return ["| Ansible's | here |", '|---|---|', ...rows, ''];
}

/** Text in a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
