import {type Diagnostic, didYouMean, errorDiagnostic, type Source} from '../errors/index.ts';
import type {MapEntry, MapNode, Node, ScalarNode} from '../source/index.ts';
import {beginsWithAddress} from './address.ts';
import {inventoryCodes} from './codes.ts';
import {type Word, wordsOf} from './ini-words.ts';
import {pythonLiteral} from './python-literal.ts';

/** What is below a header, as a group of the YAML form has it. */
type Kind = 'hosts' | 'children' | 'vars';

interface Section {
  readonly group: string;
  readonly kind: Kind;
  readonly source: Source;
  readonly entries: MapEntry[];
}

/**
 * Reads an inventory in Ansible's INI form as what it would be in YAML: `[group]` with hosts and their variables,
 * `[group:vars]`, `[group:children]`; hosts before the first header are in no group.
 * @param known groups that files before this one have: headers may name those, too
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html
 */
export function parseIni(
  text: string,
  file: string,
  known: ReadonlySet<string>,
): {readonly node: MapNode; readonly diagnostics: readonly Diagnostic[]} {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (message, source, hint, earlier) => {
    const related = earlier && [{message: 'first given here', source: earlier}];
    diagnostics.push(errorDiagnostic(inventoryCodes, 'INV013', message, {source, hint, related}));
    return undefined;
  };
  const filters = new Map<Section | string, (entry: MapEntry) => boolean>();
  /** A group may have several headers, and a host stand below each; its variables have one value in all of them. */
  const isFirstIn = (section: Section): ((entry: MapEntry) => boolean) => {
    const place = section.kind === 'vars' ? section.group : section;
    const filter = filters.get(place) ?? firstOnly(kindWords[section.kind], report);
    filters.set(place, filter);
    return filter;
  };
  const top: Source = {file, line: 1, column: 1};
  const sections: Section[] = [{group: 'ungrouped', kind: 'hosts', source: top, entries: []}];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.replace(/\r$/, '');
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const at = (column: number, length: number): Source => ({
      file,
      line: index + 1,
      column: column + 1,
      length,
    });
    const begin = line.indexOf(content);
    if (content.startsWith('[') && !beginsWithAddress(content)) {
      const section = headerOf(content, at(begin, content.length), report);
      // What stands below a broken header belongs nowhere: said once.
      sections.push(section ?? {group: '', kind: 'hosts', source: top, entries: []});
      continue;
    }
    const section = sections.at(-1);
    if (!section || section.group === '') continue;
    const entry = entryOfLine(section.kind, line, at, report);
    if (entry && isFirstIn(section)(entry)) section.entries.push(entry);
  }
  const entries = definedOnly(sections, known, report).filter(isNeeded).map(groupEntry);
  return {node: {type: 'map', entries, source: top}, diagnostics};
}

/**
 * The sections without variables and children of a group that nothing defines: a name misspelt, most likely. As in
 * Ansible, that is a mistake.
 */
function definedOnly(
  sections: readonly Section[],
  known: ReadonlySet<string>,
  report: Report,
): readonly Section[] {
  const own = sections.filter(({kind}) => kind !== 'vars').map(({group}) => group);
  const defined = new Set(['all', 'ungrouped', ...known, ...own]);
  const isDefined = (key: string, source: Source): boolean => {
    if (defined.has(key)) return true;
    const hint = didYouMean(key, defined) ?? `write [${key}], with its hosts below it`;
    report(`there is no group '${key}'`, source, hint);
    return false;
  };
  return sections
    .filter(({group, kind, source}) => kind !== 'vars' || isDefined(group, source))
    .map((section) =>
      section.kind === 'children'
        ? {...section, entries: section.entries.filter(({key, keySource}) => isDefined(key, keySource))}
        : section,
    );
}

function isNeeded({group, entries}: Section, index: number): boolean {
  return group !== '' && (index > 0 || entries.length > 0);
}

function groupEntry({group, kind, source, entries}: Section): MapEntry {
  const inner: MapNode = {type: 'map', entries, source};
  const value: MapNode = {type: 'map', entries: [{key: kind, keySource: source, value: inner}], source};
  return {key: group, keySource: source, value};
}

type Report = (message: string, source: Source, hint?: string, earlier?: Source) => undefined;

const kindWords: Readonly<Record<Kind, string>> = {hosts: 'host', children: 'group', vars: 'variable'};

/**
 * Lets what is given twice in one place through once, and tells: as in YAML, one of the two would be lost without a word.
 * @param what the kind of thing
 */
function firstOnly(what: string, report: Report): (entry: MapEntry) => boolean {
  const before = new Map<string, Source>();
  return ({key, keySource}) => {
    const earlier = before.get(key);
    if (earlier) report(`duplicate ${what} '${key}'`, keySource, 'remove one of the two', earlier);
    else before.set(key, keySource);
    return earlier === undefined;
  };
}

function headerOf(content: string, source: Source, report: Report): Section | undefined {
  const [, group = '', kind = 'hosts'] =
    /^\[\s*([^:\]]+?)\s*(?::\s*(\w+)\s*)?\]\s*(?:[#;].*)?$/.exec(content) ?? [];
  if (group === '')
    return report(
      `'${content}' is no header of a group`,
      source,
      'write [NAME], [NAME:vars] or [NAME:children]',
    );
  if (kind === 'hosts' || kind === 'vars' || kind === 'children') return {group, kind, source, entries: []};
  const hint = didYouMean(kind, ['vars', 'children']) ?? "after the ':' stands vars or children";
  return report(`a group has no '${kind}'`, source, hint);
}

type At = (column: number, length: number) => Source;

function entryOfLine(kind: Kind, line: string, at: At, report: Report): MapEntry | undefined {
  if (kind === 'vars') return variableOf(line, at, report);
  const words = wordsOf(line);
  if ('problem' in words) return report(words.problem, at(words.at, words.length), words.hint);
  const [name, ...rest] = words;
  if (!name) return undefined;
  const source = at(name.at, name.length);
  if (kind === 'children') {
    const [more] = rest;
    if (more)
      return report(
        `'${more.text}' is one word too many`,
        at(more.at, more.length),
        'write one group a line',
      );
    return {key: name.text, keySource: source, value: nothing(source)};
  }
  const variables = rest
    .flatMap((word) => hostVariable(word, at, report) ?? [])
    .filter(firstOnly('variable', report));
  return {key: name.text, keySource: source, value: {type: 'map', entries: variables, source}};
}

function hostVariable(word: Word, at: At, report: Report): MapEntry | undefined {
  const source = at(word.at, word.length);
  const equals = word.text.indexOf('=');
  if (equals > 0) {
    const key = word.text.slice(0, equals);
    const valueSource = at(word.at + equals + 1, Math.max(1, word.length - equals - 1));
    return {
      key,
      keySource: at(word.at, equals),
      value: typed(word.text.slice(equals + 1), valueSource, word.quoted),
    };
  }
  return report(
    `'${word.text}' is no variable`,
    source,
    'behind the host stand NAME=VALUE, a value with spaces in quotes',
  );
}

function variableOf(line: string, at: At, report: Report): MapEntry | undefined {
  const equals = line.indexOf('=');
  const key = line.slice(0, Math.max(0, equals)).trim();
  const begin = line.length - line.trimStart().length;
  if (key === '')
    return report(`'${line.trim()}' is no variable`, at(begin, line.trim().length), 'write NAME = VALUE');
  const text = line.slice(equals + 1).trim();
  const source = at(text === '' ? equals : line.indexOf(text, equals + 1), Math.max(1, text.length));
  return {key, keySource: at(begin, key.length), value: typed(text, source)};
}

/**
 * A value as Ansible takes it: what is written as a literal of Python is one, anything else is a text. The quotes of a
 * host's line have gone before, as its words were cut by them; below [NAME:vars] they are Python's.
 * @param quoted in a host's line; there true, false and null in small letters are texts, which elsewhere they are not
 */
function typed(text: string, source: Source, quoted = false): Node {
  const literal = pythonLiteral(text, {source, smallWords: !quoted});
  return (
    literal ?? {type: 'scalar', value: text, text, style: quoted ? 'quoted' : 'plain', raw: false, source}
  );
}

function nothing(source: Source): ScalarNode {
  return {type: 'scalar', value: null, text: '', style: 'plain', raw: false, source};
}
