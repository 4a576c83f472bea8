import {resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic, hasError, isSecretName, type Source} from '../errors/index.ts';
import type {Playbook} from '../playbook/index.ts';
import {
  entryOf,
  isRefused,
  lookAtFile,
  type MapNode,
  type Node,
  type Opener,
  parseYaml,
  readYamlFile,
} from '../source/index.ts';
import {Mistaken} from '../text/index.ts';
import type {Layer, Value, Variable} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import {withAliases} from './hostvars.ts';
import {namedSecrets, privateValue} from './secret-variables.ts';

/**
 * The layer of `-e`: the highest, and data: never rendered. `NAME=VALUE` gets the type that a role's
 * `meta/arguments.yml` gives NAME, else it is a string. What a name like `db_password` is given is a Secret, and so is what
 * answers a private question of `vars_prompt` beforehand.
 * @param opener opens files that are encrypted
 */
export function readExtraVars(
  texts: readonly {readonly text: string}[],
  playbook: Playbook | undefined,
  cwd: string,
  opener?: Opener,
): {readonly layer: Layer; readonly diagnostics: readonly Diagnostic[]} {
  const layer = new Map<string, Variable>();
  const diagnostics: Diagnostic[] = [];
  const hidden = privateNames(playbook);
  for (const {text} of texts) {
    const read = readOne(text, playbook, cwd, opener);
    diagnostics.push(...(read.diagnostics ?? []));
    for (const {name, value, source, node} of read.given)
      layer.set(name, {
        data: hidden.has(name) ? privateValue(name, value) : withSecrets(name, value, playbook),
        origin: {layer: '-e', ...(source ? {source} : {})},
        ...(node && !hidden.has(name) ? {givenAs: node} : {}),
      });
  }
  return {layer: withAliases(layer), diagnostics};
}

/** What a role describes member by member is a secret where its members' names say so. */
function withSecrets(name: string, value: Value, playbook: Playbook | undefined): Value {
  const argument = argumentOf(name, playbook);
  const items = argument && entryOf(argument, 'items')?.value;
  const isDescribed = typeIn(argument) === 'object' || typeIn(items) === 'object';
  return namedSecrets(isDescribed ? '' : name, value);
}

/** What one `-e` gives. Only what stands in a file has a place. */
interface Given {
  readonly given: readonly {
    readonly name: string;
    readonly value: Value;
    readonly source?: Source;
    readonly node?: Node;
  }[];
  readonly diagnostics?: readonly Diagnostic[];
}

/** Of the variables that some play asks for without showing what is typed. */
function privateNames(playbook: Playbook | undefined): ReadonlySet<string> {
  const prompts = playbook?.plays.flatMap((play) => play.prompts) ?? [];
  return new Set(prompts.filter(({isPrivate}) => isPrivate).map(({name}) => name));
}

function readOne(
  text: string,
  playbook: Playbook | undefined,
  cwd: string,
  opener: Opener | undefined,
): Given {
  if (text.trim() === '@') return wrong('-e @: the name of the file is missing');
  if (text.startsWith('@')) return readFile(resolve(cwd, text.slice(1)), opener);
  if (text.trimStart().startsWith('{')) return readTyped(text);
  const at = text.indexOf('=');
  if (at <= 0) return wrong(`-e ${firstWord(text)}: expected NAME=VALUE, a JSON object, or @FILE`);
  const name = text.slice(0, at);
  const problem = likeAnsible(text.slice(at + 1), name);
  if (problem !== undefined) return wrong(problem);
  return {given: [{name, value: typed(text.slice(at + 1), typeIn(argumentOf(name, playbook)))}]};
}

/**
 * What Ansible would read otherwise: several variables in one text, and quotes around a value, which it takes off.
 * Nothing of a value is shown: it may be a secret.
 */
function likeAnsible(value: string, name: string): string | undefined {
  if (/^[A-Za-z_][\w-]*-[\w-]*$/.test(name))
    return `-e ${name}: '${name}' cannot be a variable, a name has letters, digits and _: ${name.replaceAll('-', '_')}`;
  if (!/^[A-Za-z_]\w*$/.test(name))
    return `-e ${firstWord(name)}: expected one name before =, without blanks`;
  if (/^\s*(['"]).*\1\s*$/s.test(value))
    return `-e ${name}: the quotes would be a part of its value: leave them to the shell (-e '${name}=…'), or give it as JSON`;
  // Options of ssh are written like that.
  const another = /(?<!-o)\s([A-Za-z_]\w*)=/.exec(value)?.[1];
  if (another === undefined) return undefined;
  const what = isSecretName(name) ? 'what' : `'${another}='`;
  return `-e ${name}: ${what} in its value looks like another variable: one -e for each, or JSON where it is a part of the value`;
}

/** As much of a text as is certain to be no value. */
function firstWord(text: string): string {
  const [word = ''] = /^[\w.-]*/.exec(text.trim()) ?? [];
  if (text.trim() === '') return "''";
  return word === text.trim() ? word : `${word}…`;
}

function readFile(file: string, opener: Opener | undefined): Given {
  const found = lookAtFile(file);
  if (isRefused(found)) {
    const isSimplyMissing = found.reason === 'no such file';
    return wrong(`-e @${file}: ${isSimplyMissing ? 'there is no such file' : found.reason}`);
  }
  const {node, diagnostics, lost = []} = readYamlFile(file, opener && {opener, whole: true});
  if (!node && hasError(diagnostics))
    return {given: lost.map((name) => ({name, value: mistaken})), diagnostics};
  if (node?.type !== 'map') return wrong(`${file}: expected a map of variables`, node?.source);
  return {
    given: node.entries.map(({key, keySource, value}) => ({
      name: key,
      value: plain(value),
      source: keySource,
      node: value,
    })),
    diagnostics: diagnostics.filter((one) => hasError([one])),
  };
}

/** JSON as typed: a mistake in it has no file, and the text may hold a secret. */
function readTyped(text: string): Given {
  const {node, diagnostics} = parseYaml(text, '-e');
  if (hasError(diagnostics))
    return {
      given: [],
      diagnostics: diagnostics.map(({message, source}) =>
        mistake(source ? `-e, character ${source.column}: ${message}` : message),
      ),
    };
  if (node?.type !== 'map') return wrong('-e: expected a map of variables');
  const empty = node.entries.find(
    ({value}) => value.type === 'scalar' && value.value === null && value.text === '',
  );
  if (empty) return wrong(`-e: '${empty.key}' has no value: null is written out`);
  return {given: node.entries.map(({key, value}) => ({name: key, value: plain(value)}))};
}

function wrong(message: string, source?: Source): Given {
  return {given: [], diagnostics: [mistake(message, source)]};
}

function mistake(message: string, source?: Source): Diagnostic {
  const hint = 'for example -e vault_log_level=debug, -e \'{"a": 1}\', -e @vars.yml';
  return errorDiagnostic(engineCodes, 'ENG003', message, {source, hint});
}

const mistaken = new Mistaken('it is a mistake');

function plain(node: Node): Value {
  if (node.mistaken) return mistaken;
  switch (node.type) {
    case 'scalar':
      if (node.secret === undefined) return node.value;
      return node.secret === 'sealed' ? new Mistaken('it could not be opened') : node.secret;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, plain(entry.value)]));
  }
}

/** The JSON Schema of the first role with an argument of this name that has a type. */
function argumentOf(name: string, playbook: Playbook | undefined): MapNode | undefined {
  for (const role of playbook?.plays.flatMap((play) => play.roles) ?? []) {
    const properties = role.argumentSpec ? entryOf(role.argumentSpec, 'properties')?.value : undefined;
    const argument = properties?.type === 'map' ? entryOf(properties, name)?.value : undefined;
    if (argument?.type === 'map' && typeIn(argument) !== undefined) return argument;
  }
  return undefined;
}

function typeIn(schema: Node | undefined): string | undefined {
  const type = schema?.type === 'map' ? entryOf(schema, 'type')?.value : undefined;
  return type?.type === 'scalar' ? type.text : undefined;
}

function typed(text: string, type: string | undefined): Value {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  return text;
}
