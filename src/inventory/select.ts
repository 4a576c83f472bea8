import {type Diagnostic, didYouMean, errorDiagnostic, type Source} from '../errors/index.ts';
import {MatchingTakesTooLong, matching} from '../text/index.ts';
import {inventoryCodes} from './codes.ts';
import type {Inventory} from './model.ts';
import {globExpression, type PatternPart, parsePattern} from './pattern.ts';

export interface Selected {
  readonly hosts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** What matches nothing, and is no mistake. */
  readonly unmatched: readonly Unmatched[];
}

/** A name, or a pattern of names, that nothing has. */
export interface Unmatched {
  readonly name: string;
  readonly diagnostic: Diagnostic;
}

/** A pattern as written in a file. */
export interface WrittenPattern {
  readonly text: string;
  readonly source: Source;
}

/**
 * The hosts of a pattern, as Ansible reads it: unions in the order written, then `&y`, then `!x`.
 * A part that matches no name is an error, and then no host is selected; a group without hosts is none.
 * @param pattern as typed, or as written in a file: several are their union
 * @param later of an inventory that may grow: parts that match no name are no error, but `unmatched`, and stand for these hosts
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_patterns.html
 */
export function selectHosts(
  inventory: Inventory,
  pattern: string | readonly WrittenPattern[],
  later?: readonly string[],
): Selected {
  const written = typeof pattern === 'string' ? [{text: pattern, source: undefined}] : pattern;
  const parts = written.flatMap(({text, source}) =>
    parsePattern(text).map((part) => ({part, source: sourceOf(part, text, source)})),
  );
  if (parts.length === 0) {
    const source = written[0]?.source;
    const hint = "'all' selects every host";
    return {
      hosts: [],
      diagnostics: [errorDiagnostic(inventoryCodes, 'INV011', 'the host pattern is empty', {source, hint})],
      unmatched: [],
    };
  }
  const diagnostics: Diagnostic[] = [];
  const unmatched: Unmatched[] = [];
  const matches = parts.map(({part, source}): {part: PatternPart; hosts: readonly string[]} => {
    const found = matchPart(inventory, part);
    if (Array.isArray(found)) return {part, hosts: found};
    const {reason} = found as Mismatch;
    const diagnostic = mismatch(inventory, part, found as Mismatch, source);
    if (later && reason !== 'regex') unmatched.push({name: part.body, diagnostic});
    else diagnostics.push(diagnostic);
    return {part, hosts: part.operation === 'exclusion' ? [] : (later ?? [])};
  });
  if (diagnostics.length > 0) return {hosts: [], diagnostics, unmatched};
  const of = (operation: PatternPart['operation']) =>
    matches.filter(({part}) => part.operation === operation);
  const unions = of('union');
  const selected = new Set(unions.length > 0 ? unions.flatMap(({hosts}) => hosts) : inventory.hosts.keys());
  const narrowed = of('intersection').reduce(
    (left, {hosts}) => left.filter((host) => hosts.includes(host)),
    [...selected],
  );
  const excluded = new Set(of('exclusion').flatMap(({hosts}) => hosts));
  return {hosts: narrowed.filter((host) => !excluded.has(host)), diagnostics: [], unmatched};
}

type Mismatch =
  | {readonly reason: 'unknown'}
  | {readonly reason: 'regex' | 'slice'; readonly detail: string; readonly hint?: string};

function matchPart(inventory: Inventory, {body, slice}: PatternPart): readonly string[] | Mismatch {
  const matched = matchBody(inventory, body);
  if (!Array.isArray(matched) || slice === undefined) return matched;
  const {length} = matched;
  const first = slice.first < 0 ? length + slice.first : slice.first;
  const last = slice.last === undefined ? length - 1 : slice.last < 0 ? length + slice.last : slice.last;
  const hosts = matched.slice(Math.max(first, 0), last + 1);
  return hosts.length > 0
    ? hosts
    : {reason: 'slice', detail: `'${body}' has ${length} host${length === 1 ? '' : 's'}`};
}

function matchBody(inventory: Inventory, body: string): readonly string[] | Mismatch {
  const {hosts, groups} = inventory;
  if (body === 'all' || body === '*') return [...hosts.keys()];
  const exact = groups.get(body)?.hosts ?? (hosts.has(body) ? [body] : undefined);
  if (exact !== undefined) return exact;
  const expression = expressionOf(body);
  if (!(expression instanceof RegExp)) return expression;
  const fitting = namesThatFit(body, expression, [...new Set([...groups.keys(), ...hosts.keys()])]);
  if ('reason' in fitting) return fitting;
  const matchedGroups = [...groups.values()].filter(({name}) => fitting.has(name));
  const matchedHosts = [...hosts.keys()].filter((name) => fitting.has(name));
  if (matchedGroups.length + matchedHosts.length === 0) return {reason: 'unknown'};
  return [...new Set([...matchedGroups.flatMap((group) => group.hosts), ...matchedHosts])];
}

function namesThatFit(
  pattern: string,
  expression: RegExp,
  names: readonly string[],
): ReadonlySet<string> | Mismatch {
  const longest = names.reduce((length, name) => Math.max(length, name.length), 0);
  try {
    return new Set(
      matching(pattern.replace(/^~/, ''), longest, () => names.filter((name) => expression.test(name))),
    );
  } catch (error) {
    if (!(error instanceof MatchingTakesTooLong)) throw error;
    return {reason: 'regex', detail: error.message, hint: error.hint};
  }
}

function expressionOf(body: string): RegExp | Mismatch {
  if (body.startsWith('~')) return compile(() => new RegExp(`^(?:${body.slice(1)})`));
  return /[*?[]/.test(body) ? compile(() => globExpression(body)) : {reason: 'unknown'};
}

function compile(make: () => RegExp): RegExp | Mismatch {
  try {
    return make();
  } catch (error) {
    if (error instanceof SyntaxError)
      return {reason: 'regex', detail: error.message.replace(/^.*\/: /s, '').toLowerCase()};
    throw error;
  }
}

function mismatch(
  inventory: Inventory,
  part: PatternPart,
  why: Mismatch,
  source: Source | undefined,
): Diagnostic {
  if (why.reason === 'regex')
    return errorDiagnostic(inventoryCodes, 'INV011', `'${part.text}' is not a pattern: ${why.detail}`, {
      source,
      hint: why.hint,
    });
  if (why.reason === 'slice')
    return errorDiagnostic(inventoryCodes, 'INV010', `'${part.text}' selects no host: ${why.detail}`, {
      source,
      hint: 'positions count from 0',
    });
  return errorDiagnostic(inventoryCodes, 'INV010', `no host or group matches '${part.body}'`, {
    source,
    hint: unknownHint(inventory, part.body),
  });
}

function unknownHint({hosts, groups}: Inventory, body: string): string {
  if (body === 'localhost' || body === '127.0.0.1')
    return 'there is no implicit localhost: name it in the inventory';
  if (hosts.size === 0) return 'the inventory names no host';
  const near = didYouMean(body, ['all', ...groups.keys(), ...hosts.keys()]);
  if (near !== undefined) return near;
  const known = [...groups.keys()].filter((name) => name !== 'ungrouped');
  return `groups are: ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}`;
}

/** The part's own place, where the pattern stands in its file as it is, or in quotes. */
function sourceOf(part: PatternPart, pattern: string, source: Source | undefined): Source | undefined {
  if (source?.length === undefined) return source;
  const before = source.length === pattern.length ? 0 : source.length === pattern.length + 2 ? 1 : undefined;
  if (before === undefined) return source;
  return {...source, column: source.column + before + part.offset, length: part.text.length};
}
