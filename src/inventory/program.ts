import {readFileSync} from 'node:fs';
import {type Diagnostic, errorDiagnostic, type Source} from '../errors/index.ts';
import {entryOf, type MapEntry, type MapNode, type Node, type Parsed, parseYaml} from '../source/index.ts';
import {type Asking, askProgram} from './ask-program.ts';
import {inventoryCodes} from './codes.ts';
import {patiently} from './patience.ts';

/** So many are asked for a host's variables at once: they wait for a network more than for this machine. */
const atOnce = 16;

/**
 * The inventory that a program prints: `FILE --list` gives groups as JSON, with the hosts' variables under `_meta`;
 * without `_meta`, `FILE --host NAME` gives those of each. What it prints is data: nothing in it is a template.
 * @see https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html#inventory-scripts
 * @throws the signal's reason
 */
export async function inventoryOfProgram(file: string, asking: Asking): Promise<Parsed> {
  const listed = await patiently(
    () => `waiting for ${file} --list`,
    asking.onWaiting,
    () => answerOf(file, ['--list'], asking),
  );
  if ('diagnostic' in listed) return {node: undefined, diagnostics: [listed.diagnostic]};
  const {answer} = listed;
  const meta = entryOf(answer, '_meta')?.value;
  const hostvars = meta?.type === 'map' ? entryOf(meta, 'hostvars')?.value : undefined;
  const groups = answer.entries.filter(({key}) => key !== '_meta').map(groupOf);
  if (meta) {
    const variables = hostvars?.type === 'map' ? hostvars.entries : [];
    return {node: joined(groups, variables, answer.source), diagnostics: []};
  }
  const hosts = hostsIn(groups);
  const answers = await answersOfEach(file, [...hosts.keys()], asking);
  const variables = [...answers].flatMap(([key, asked]) => {
    const keySource = hosts.get(key) ?? answer.source;
    return 'answer' in asked ? [{key, keySource, value: asked.answer}] : [];
  });
  const diagnostics = [...answers.values()].flatMap((asked) =>
    'diagnostic' in asked ? [asked.diagnostic] : [],
  );
  return {node: joined(groups, variables, answer.source), diagnostics};
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

/** @param variables of the hosts */
function joined(groups: readonly MapEntry[], variables: readonly MapEntry[], source: Source): MapNode {
  if (variables.length === 0) return {type: 'map', entries: groups, source};
  const hosts: MapNode = {type: 'map', entries: variables, source};
  const all: MapNode = {type: 'map', entries: [{key: 'hosts', keySource: source, value: hosts}], source};
  return {type: 'map', entries: [...groups, {key: 'all', keySource: source, value: all}], source};
}

function hostsIn(groups: readonly MapEntry[]): ReadonlyMap<string, Source> {
  const names = new Map<string, Source>();
  for (const {value} of groups) {
    const hosts = value.type === 'map' ? entryOf(value, 'hosts')?.value : undefined;
    if (hosts?.type === 'map') for (const {key, keySource} of hosts.entries) names.set(key, keySource);
  }
  return names;
}

type Answer = {readonly answer: MapNode} | {readonly diagnostic: Diagnostic; readonly tooSlow?: boolean};

/**
 * By the names of the hosts, in their order. After an answer that took too long no further one is asked for: each
 * would take as long.
 */
async function answersOfEach(
  file: string,
  names: readonly string[],
  asking: Asking,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  const left = names.values();
  let isSlow = false;
  const askSome = async (): Promise<void> => {
    for (const name of left) {
      const asked = await answerOf(file, ['--host', name], asking);
      answers.set(name, asked);
      isSlow ||= 'tooSlow' in asked && asked.tooSlow === true;
      if (isSlow) return;
    }
  };
  await patiently(
    () =>
      `asked ${file} --host for ${answers.size} of ${names.length} hosts; with _meta in --list none is asked for`,
    asking.onWaiting,
    () => allEnded(Array.from({length: atOnce}, askSome)),
  );
  return new Map(
    names.flatMap((name) => {
      const answer = answers.get(name);
      return answer ? [[name, answer]] : [];
    }),
  );
}

/** Nothing is left running when one throws. */
async function allEnded(works: readonly Promise<void>[]): Promise<void> {
  for (const one of await Promise.allSettled(works)) if (one.status === 'rejected') throw one.reason;
}

async function answerOf(file: string, args: readonly string[], asking: Asking): Promise<Answer> {
  const command = [file, ...args].join(' ');
  const said = await askProgram(file, args, asking);
  if (typeof said === 'string')
    return said.trim() === '' ? nothingPrinted(file, command) : answerIn(said, command);
  const missing = said.message.endsWith(': ENOENT') ? interpreterOf(file) : undefined;
  if (missing !== undefined) return wrong(`${command} cannot be run: ${missing}`, interpreterHint);
  return {...wrong(`${command} ${said.message}`, said.hint), tooSlow: said.tooSlow};
}

const interpreterHint = 'install it, or correct the first line of the file: `#!/usr/bin/env python3`, say';

/** What the first line of a file that is there names, and the system does not find. */
function interpreterOf(file: string): string | undefined {
  const [, name] = /^#! *([^ \n]+)/.exec(readFileSync(file, 'latin1').slice(0, longestFirstLine)) ?? [];
  if (name === undefined) return undefined;
  return name.endsWith('\r')
    ? `its lines end as on Windows (\\r\\n), so its first line names '${name.slice(0, -1)}\\r', which is not there`
    : `its first line names ${name}, which is not there`;
}

/** @see execve(2): what Linux reads of it */
const longestFirstLine = 256;

function nothingPrinted(file: string, command: string): Answer {
  // A shell has run it, as it runs whatever names no interpreter.
  const isEmpty = readFileSync(file, 'latin1').trim() === '';
  return wrong(
    isEmpty
      ? `${file} is an empty file that may be executed: it prints no inventory`
      : `${command} prints nothing, and ends with 0`,
  );
}

/** @param command that gave the text */
function answerIn(printed: string, command: string): Answer {
  // As PowerShell begins it.
  const text = printed.replace(/^\uFEFF/, '');
  if (endsEarly(text))
    return wrong(
      `${command} prints JSON that ends in the middle, after ${text.trimEnd().length} characters${lastKey(text)}`,
      'see why it stops: a time limit of its own, a pager, or print and exit in the wrong order',
    );
  const {node, diagnostics} = parseYaml(text, command);
  const mistake = notJson(text);
  if (node?.type === 'map' && diagnostics.length === 0 && mistake === undefined)
    return {answer: asData(node)};
  const [first] = diagnostics;
  const where = first?.source ? ` (line ${first.source.line} of its output)` : '';
  // Of what is no JSON it says where, and quotes nothing of it, which may be a password.
  const words = mistake ?? first?.message;
  const why = words === undefined ? '' : `: ${words}${where}`;
  return wrong(`${command} does not print a JSON object${why}; it begins with ${shown(text)}`);
}

/** JSON is less than YAML: keys and texts stand in double quotes. @returns what is wrong */
function notJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Without what it quotes: how it begins is said anyway.
    return error.message.replace(/, (?:\.\.\.)?".*$/s, '');
  }
}

/**
 * How it begins, so that it is seen what it is: a warning, a page of HTML, bytes. Nothing of what it says of
 * anything, which may be a password: nobody knows yet.
 */
function shown(text: string): string {
  const start = text.trimStart();
  const [opening = ''] = /^(?:[{["'=:]|[^{["'=:]*)/.exec(start) ?? [];
  const words = opening.slice(0, shownStart);
  return `${JSON.stringify(words)}${start.length > words.length ? '…' : ''}`;
}

/** Where it stopped, by the last key that it has: what is behind that may be a password. */
function lastKey(text: string): string {
  const keys = [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*(:?)/gs)].filter(([, , colon]) => colon !== '');
  const key = keys.at(-1)?.[1];
  return key === undefined ? '' : `, behind the key '${key}'`;
}

/** In characters. */
const shownStart = 40;

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
