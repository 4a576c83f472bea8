import {Composer, type CST, type Document, Lexer, LineCounter, Parser} from 'yaml';
import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {buildNode, type Encryption} from './build.ts';
import {sourceCodes} from './codes.ts';
import type {Node} from './node.ts';
import {type Places, placesOf} from './places.ts';
import {spoil} from './spoil.ts';
import {type SyntaxProblem, syntaxProblem} from './syntax.ts';
import {ownTags} from './tags.ts';

/** A YAML text as read. `node` is undefined for an empty document, and where the syntax is broken beyond its line. */
export interface Parsed {
  readonly node: Node | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Where `node` is undefined for broken syntax: the keys that the text seems to have. */
  readonly lost?: readonly string[];
}

const maxDepth = 100;

/**
 * Reads one YAML 1.2 document. Never throws: whatever is wrong with the text is a diagnostic.
 * @param file how the text's place is named in sources
 * @param encryption what opens encrypted values; without it they are mistakes
 */
export function parseYaml(text: string, file: string, encryption: Encryption = {}): Parsed {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const counter = new LineCounter();
  counter.addNewLine(0);
  const places = placesOf(content, file, counter, encryption.whole === true);
  const read = readTokens(content, counter);
  if ('tooDeepAt' in read) return tooDeep(places, read.tooDeepAt);
  const [document, second] = compose(read.tokens, content.length);
  if (document === undefined) return {node: undefined, diagnostics: []};

  const built = document.contents === null ? undefined : buildNode(document.contents, places, encryption);
  const syntax = syntaxProblems(document, places, built?.diagnostics ?? []);
  const lines = new Set(syntax.map(({diagnostic}) => diagnostic.source?.line));
  const found = (built?.diagnostics ?? []).filter(({source}) => !lines.has(source?.line));
  found.push(...syntax.map(({diagnostic}) => diagnostic));
  if (second !== undefined) found.push(severalDocuments(places, second));
  const node = syntax.every(({local}) => local) ? spoil(built?.node, syntax) : undefined;
  const lost = node === undefined && found.length > 0 ? {lost: keysIn(content)} : {};
  return {node, diagnostics: found.sort(byPlace), ...lost};
}

/** What stands before a colon, or an equals sign. */
function keysIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![^\s{,])["']?([A-Za-z_]\w*)["']?\s*[:=]/g)].map(([, key = '']) => key);
}

/** The parser itself keeps a stack of its own, so it can be asked how deep it is before anything recurses. */
function readTokens(text: string, lines: LineCounter): {tokens: CST.Token[]} | {tooDeepAt: number} {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > maxDepth) return {tooDeepAt: parser.offset};
  }
  for (const token of parser.end()) tokens.push(token);
  return {tokens};
}

function compose(tokens: CST.Token[], length: number): Document.Parsed[] {
  const composer = new Composer({
    schema: 'core',
    customTags: ownTags,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  return [...composer.compose(tokens, false, length)];
}

/** One problem a line, and none where a template was found unquoted: what follows the first is mostly its echo. */
function syntaxProblems(
  document: Document.Parsed,
  places: Places,
  built: readonly Diagnostic[],
): readonly SyntaxProblem[] {
  const lines = new Set(built.filter(({code}) => code === 'SRC007').map(({source}) => source?.line));
  const problems: SyntaxProblem[] = [];
  let lost = false;
  for (const error of [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])) {
    const outside = error.code === 'UNEXPECTED_TOKEN' && error.message.includes('in YAML stream');
    if (outside && lost) continue; // the parser is outside of the document since the first of these
    lost ||= outside;
    const problem = syntaxProblem(error, document, places);
    const {line = 1} = problem.diagnostic.source ?? {};
    const previous = problems.at(-1)?.diagnostic;
    const again = previous?.message === problem.diagnostic.message && previous.source?.line === line - 1;
    if (!lines.has(line) && !again) problems.push(problem);
    lines.add(line);
  }
  return problems;
}

function severalDocuments(places: Places, second: Document.Parsed): Diagnostic {
  const start = second.range[0];
  const marker = places.text.indexOf('---', Math.max(0, start - 4));
  return errorDiagnostic(sourceCodes, 'SRC004', 'a second YAML document begins here', {
    source: places.at(marker === -1 ? start : marker, (marker === -1 ? start : marker) + 3),
    hint: 'put it into a file of its own',
  });
}

function tooDeep(places: Places, offset: number): Parsed {
  const diagnostic = errorDiagnostic(
    sourceCodes,
    'SRC009',
    `maps and lists are nested more than ${maxDepth} deep`,
    {
      source: places.at(offset),
      hint: 'close a bracket, or split the value',
    },
  );
  return {node: undefined, diagnostics: [diagnostic]};
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.source?.line ?? 0) - (b.source?.line ?? 0) || (a.source?.column ?? 0) - (b.source?.column ?? 0);
}
