import {spawnSync} from 'node:child_process';
import {type Diagnostic, errorDiagnostic, type Source} from '../errors/index.ts';
import {entryOf, type MapEntry, type MapNode, type Node, parseYaml} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';

const timeoutMs = 60_000;
const mostBytes = 64 * 1024 * 1024;

/**
 * The inventory that a program prints: `FILE --list` gives groups as JSON, with the hosts' variables under `_meta`;
 * without `_meta`, `FILE --host NAME` gives those of each. What it prints is data: nothing in it is a template.
 * @see https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html#inventory-scripts
 */
export function inventoryOfProgram(file: string): {
  readonly node: MapNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const listed = askProgram(file, ['--list']);
  if ('diagnostic' in listed) return {node: undefined, diagnostics: [listed.diagnostic]};
  const {answer} = listed;
  const diagnostics: Diagnostic[] = [];
  const meta = entryOf(answer, '_meta')?.value;
  const hostvars = meta?.type === 'map' ? entryOf(meta, 'hostvars')?.value : undefined;
  const groups = answer.entries.filter(({key}) => key !== '_meta').map(groupOf);
  const variables =
    hostvars?.type === 'map' ? hostvars.entries : meta ? [] : variablesOfEach(file, groups, diagnostics);
  if (variables.length > 0) groups.push(withHosts(variables, answer.source));
  return {node: {type: 'map', entries: groups, source: answer.source}, diagnostics};
}

/** Lists of names become what the YAML form has: maps with nothing behind the names. */
function groupOf(entry: MapEntry): MapEntry {
  const {value} = entry;
  if (value.type === 'list') {
    const hosts = {key: 'hosts', keySource: entry.keySource, value: namesOf(value)};
    return {...entry, value: {type: 'map', entries: [hosts], source: value.source}};
  }
  if (value.type !== 'map') return entry;
  const entries = value.entries.map((one) =>
    one.key === 'hosts' || one.key === 'children' ? {...one, value: namesOf(one.value)} : one,
  );
  return {...entry, value: {...value, entries}};
}

function namesOf(node: Node): Node {
  if (node.type !== 'list') return node;
  const entries = node.items.map((item) => {
    const key = item.type === 'scalar' ? item.text : '';
    return {key, keySource: item.source, value: nothing(item.source)};
  });
  return {type: 'map', entries, source: node.source};
}

function withHosts(entries: readonly MapEntry[], source: Source): MapEntry {
  const hosts: MapNode = {type: 'map', entries, source};
  const all: MapNode = {type: 'map', entries: [{key: 'hosts', keySource: source, value: hosts}], source};
  return {key: 'all', keySource: source, value: all};
}

function variablesOfEach(
  file: string,
  groups: readonly MapEntry[],
  diagnostics: Diagnostic[],
): readonly MapEntry[] {
  const names = new Map<string, Source>();
  for (const {value} of groups) {
    const hosts = value.type === 'map' ? entryOf(value, 'hosts')?.value : undefined;
    if (hosts?.type === 'map') for (const {key, keySource} of hosts.entries) names.set(key, keySource);
  }
  return [...names].flatMap(([name, keySource]) => {
    const asked = askProgram(file, ['--host', name]);
    if ('answer' in asked) return [{key: name, keySource, value: asked.answer}];
    diagnostics.push(asked.diagnostic);
    return [];
  });
}

function askProgram(
  file: string,
  args: readonly string[],
): {readonly answer: MapNode} | {readonly diagnostic: Diagnostic} {
  const command = [file, ...args].join(' ');
  const {status, signal, stdout, stderr, error} = spawnSync(file, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: mostBytes,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = stderr?.trim().split('\n').at(-1) ?? '';
  if (error || status !== 0) {
    const how = error ? reasonOf(error) : signal ? `was ended by ${signal}` : `ended with ${status}`;
    const interrupted = signal === 'SIGINT' ? 'it was interrupted before it had answered' : undefined;
    return wrong(`${command} ${how}${said ? `: ${said}` : ''}`, interrupted ?? slowHint(error));
  }
  if (endsEarly(stdout))
    return wrong(
      `${command} prints JSON that ends in the middle, after ${stdout.trimEnd().length} characters: …${stdout.trimEnd().slice(-shownEnd)}`,
      'see why it stops: a time limit of its own, a pager, or print and exit in the wrong order',
    );
  const {node, diagnostics} = parseYaml(stdout, command);
  if (node?.type === 'map' && diagnostics.length === 0) return {answer: asData(node)};
  const [first] = diagnostics;
  const where = first?.source ? ` (line ${first.source.line} of its output)` : '';
  return wrong(`${command} does not print a JSON object${first ? `: ${first.message}${where}` : ''}`);
}

/** What to do about a program that does not end; undefined where it has. */
function slowHint(error: Error | undefined): string | undefined {
  return error && 'code' in error && error.code === 'ETIMEDOUT'
    ? 'run it by itself to see what it waits for: a network, or a question on a standard input that is empty here'
    : undefined;
}

function reasonOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : error.message;
  if (code === 'ETIMEDOUT') return `took more than ${timeoutMs / 1000} s`;
  if (code === 'ENOBUFS') return `printed more than ${mostBytes / 1024 / 1024} MiB`;
  return `cannot be run: ${code}`;
}

/** As much of an answer's end as tells where it stopped, in characters. */
const shownEnd = 30;

/** An object begins, and more brackets are opened than closed. */
function endsEarly(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  // Texts first: a bracket in one opens nothing. One that does not end is what is looked for.
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/gs, '');
  const count = (brackets: RegExp): number => bare.match(brackets)?.length ?? 0;
  return bare.includes('"') || count(/[{[]/g) > count(/[}\]]/g);
}

const form = 'an executable inventory answers --list with JSON; if it is a text file, take its x bit away';

function wrong(message: string, hint = form): {readonly diagnostic: Diagnostic} {
  return {diagnostic: errorDiagnostic(inventoryCodes, 'INV014', message, {hint})};
}

function asData<T extends Node>(node: T): T;
function asData(node: Node): Node {
  switch (node.type) {
    case 'scalar':
      return {...node, raw: true};
    case 'list':
      return {...node, items: node.items.map((item) => asData(item))};
    case 'map':
      return {...node, entries: node.entries.map((entry) => ({...entry, value: asData(entry.value)}))};
  }
}

function nothing(source: Source): Node {
  return {type: 'scalar', value: null, text: '', style: 'plain', raw: false, source};
}
