import {parse} from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import {functionElsewhere} from '../foreign-functions.ts';
import {offsetOf, spanAt} from '../position.ts';
import {type Problem, ProblemError, type Span} from '../problem.ts';
import {clockHint} from '../undefined.ts';
import {signHint} from './infix.ts';

/** The syntax tree of a template, which is plain data. */
export type Syntax = hbs.AST.Program;

/** Of each text that was parsed, in this run or in an earlier one. */
const trees = new Map<string, Syntax>();

/** Takes the trees that an earlier run made of texts, which are not parsed again. */
export function rememberSyntax(earlier: ReadonlyMap<string, Syntax>): void {
  for (const [text, tree] of earlier) trees.set(text, tree);
}

/** The trees that there are by now. */
export function syntaxTrees(): ReadonlyMap<string, Syntax> {
  return trees;
}

/**
 * The syntax tree of a template.
 * @throws ProblemError that says where, and what was probably meant
 */
export function parseTemplate(text: string): Syntax {
  const tree = trees.get(text) ?? parseAnew(text);
  trees.set(text, tree);
  return tree;
}

function parseAnew(text: string): Syntax {
  const jinja = /\{%-?\s*(?:if|elif|else|endif|for|endfor|set|block|macro|include|raw)\b[^%]*%?\}?/.exec(
    text,
  );
  if (jinja) {
    throw new ProblemError({
      code: 'VAL013',
      message: `'${jinja[0].trim()}' is Jinja; templates here are Handlebars`,
      span: spanAt(text, jinja.index, jinja[0].length),
      hint: '{{#if x}} … {{else}} … {{/if}}, {{#each list as |item|}} … {{/each}}',
    });
  }
  const comment = jinjaComment.exec(text);
  if (comment) {
    throw new ProblemError({
      code: 'VAL013',
      message: 'this comment is Jinja; templates here are Handlebars',
      span: spanAt(text, comment.index, comment[0].split('\n')[0]?.length ?? 2),
      hint: '{{!-- a comment --}}; where the text is meant as it stands: !raw',
    });
  }
  try {
    return parse(text);
  } catch (error) {
    // The parser goes down by calling itself.
    if (error instanceof RangeError) throw new ProblemError(tooDeep({line: 1, column: 0, length: 1}));
    if (!(error instanceof Error)) throw error;
    throw new ProblemError(syntaxProblem(text, error));
  }
}

/** A template that is nested deeper than people write. */
export function tooDeep(span: Span): Problem {
  const message = `parentheses and blocks are nested more than ${deepestNesting} deep`;
  return {code: 'VAL016', message, span, hint: 'give a part of it a name, in vars'};
}

export const deepestNesting = 100;

/** Whether a text is a template at all: only then is the parser asked. */
export function mayBeTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%') || (text.includes('{#') && jinjaComment.test(text));
}

/** With a space on either side, as people write it: `${#list}` of a shell is none. */
const jinjaComment = /\{#-?\s(?:[^#]|#(?!\}))*#\}/;

function syntaxProblem(text: string, error: Error): Problem {
  const mismatch = /^(.+) doesn't match (.+) - (\d+):(\d+)$/.exec(error.message);
  if (mismatch) {
    const [, opened = '', closed = '', line, column] = mismatch;
    const begun = {line: Number(line), column: Number(column), length: opened.length};
    return {
      code: 'VAL003',
      message: `{{/${closed}}} ends a block that {{#${opened}}} began`,
      span: wrongEnd(text, closed) ?? begun,
      hint: `{{/${opened}}} ends it`,
    };
  }
  const tag = faultyTag(text);
  if (tag) return tagProblem(text, tag.offset, tag.text);
  const comment = openComment(text);
  if (comment !== undefined) {
    return {
      code: 'VAL003',
      message: 'the comment is never closed',
      span: spanAt(text, comment.offset, comment.length),
      hint: comment.length > 3 ? '--}} ends it' : '}} ends it',
    };
  }
  const line = Number(/line (\d+)/.exec(error.message)?.[1] ?? 1);
  const open = /got 'EOF'/.test(error.message) ? lastOpenBlock(text) : undefined;
  if (open) {
    return {
      code: 'VAL003',
      message: `{{#${open.name}}} is never closed`,
      span: open.span,
      hint: `{{/${open.name}}} ends it`,
    };
  }
  const alone = /\{\{~?\s*(?:\/\s*([\w-]+)|(else)\b[^}]*)\s*~?\}\}/.exec(text);
  if (alone) {
    const name = alone[1] ?? 'if';
    return {
      code: 'VAL003',
      message: `${alone[0]} stands where no block is open`,
      span: spanAt(text, alone.index, alone[0].length),
      hint: `{{#${name} …}} begins one`,
    };
  }
  return {
    code: 'VAL003',
    message: 'this is not a template',
    span: {line, column: 0, length: 1},
    hint: rawHint,
  };
}

function openComment(text: string): {offset: number; length: number} | undefined {
  const match = /\{\{~?!(?:--(?![\s\S]*?--~?\}\})|(?!--)(?![\s\S]*?\}\}))/.exec(text);
  return match ? {offset: match.index, length: match[0].length} : undefined;
}

const rawHint = 'write !raw before the value when the braces are meant for somebody else';

/** The first `{{…}}` that is not a template by itself. */
function faultyTag(text: string): {offset: number; text: string} | undefined {
  for (const match of text.matchAll(/(?<!\\)\{\{\{?(?![{!#/^>&~]|else\b)([\s\S]*?)(?:\}\}\}?|$)/g)) {
    try {
      parse(match[0]);
    } catch {
      return {offset: match.index, text: match[0]};
    }
  }
  for (const match of text.matchAll(/(?<!\\)\{\{[~]?#\s*([\w-]+)([\s\S]*?)(?:\}\}|$)/g)) {
    try {
      parse(`${match[0]}{{/${match[1]}}}`);
    } catch {
      return {offset: match.index, text: match[0]};
    }
  }
  return undefined;
}

function tagProblem(text: string, offset: number, tag: string): Problem {
  const inner = tag.replace(/^\{+~?#?\s*/, '').replace(/\s*~?\}*$/, '');
  const start = offset + tag.indexOf(inner);
  const span = spanAt(text, start, Math.max(1, inner.length));
  if (!/\}\}$/.test(tag)) {
    const hint = `}} ends it; ${rawHint}`;
    return {code: 'VAL003', message: '{{ without its }}', span: spanAt(text, offset, 2), hint};
  }
  const [opening, closing] = [/^\{*/.exec(tag)?.[0].length ?? 0, /\}*$/.exec(tag)?.[0].length ?? 0];
  if (opening !== closing && /^[\w.]+$/.test(inner)) {
    const message = `${'{'.repeat(opening)} does not go with ${'}'.repeat(closing)}`;
    const braces = spanAt(text, offset, opening);
    return {code: 'VAL003', message, span: braces, hint: `two on each side: {{ ${inner} }}`};
  }
  if (inner === '') return {code: 'VAL003', message: 'nothing stands between {{ and }}', span};
  const [, filtered] = /^[\w.]+\s*(\|\s*[A-Za-z_]\w*)/.exec(inner) ?? [];
  if (filtered !== undefined) {
    return {
      code: 'VAL013',
      message: `'${inner}' is a Jinja filter; functions here come first`,
      span: spanAt(text, start + inner.indexOf('|'), 1),
      hint: `{{ ${withCalls(inner)} }}`,
    };
  }
  const shown = inner.length > 60 ? `${inner.slice(0, 60)}…` : inner;
  return {code: 'VAL003', message: `'${shown}' is not a template expression`, span, hint: tagHint(inner)};
}

/** `a | trim | default('x')` by calls: `default (trim a) 'x'`, as far as it is filters. */
function withCalls(inner: string): string {
  const [value = '', ...filters] = inner.split('|').map((part) => part.trim());
  let call = value;
  for (const filter of filters) {
    const [, name, args = ''] = /^([A-Za-z_]\w*)\s*(?:\((.*)\))?$/s.exec(filter) ?? [];
    if (name === undefined) break;
    const operand = call === value ? call : `(${call})`;
    call = [functionElsewhere(name) ?? name, operand, ...(args ? args.split(/\s*,\s*/) : [])].join(' ');
  }
  return call;
}

/** What is written as in other languages: of a list by its place, of a map by a name, or by what a variable says. */
function memberHint(
  written: string,
  place: string | undefined,
  name: string | undefined,
  key: string,
  filters: string,
): string {
  const of = written.replace(/^ansible_facts\b/, 'facts');
  const filter = /^\s*\|\s*([A-Za-z_]\w*)(?:\(\s*\))?$/.exec(filters)?.[1];
  const call = filter === undefined ? undefined : (functionElsewhere(filter) ?? filter);
  if (call !== undefined && (place !== undefined || /^[A-Za-z_]\w*$/.test(name ?? '')))
    return `{{ ${call} ${of}.${place === undefined ? name : `[${place}]`} }}`;
  if (place !== undefined) return `an item of a list is written ${of}.[${place}]`;
  if (name === undefined) return `what '${key}' names in it is written lookup ${of} ${key}`;
  return /^[A-Za-z_]\w*$/.test(name)
    ? `a member is written ${of}.${name}`
    : `a member is written lookup ${of} '${name}'`;
}

/** A call as other languages write it. What Ansible looks up by a plugin's name is a function of that name. */
function callHint(name: string, between: string): string {
  if (name === 'now') return clockHint;
  const given = between.replaceAll(/\s*,\s*/g, ' ');
  const plugin =
    name === 'lookup' || name === 'query' || name === 'q'
      ? /^['"](env|file|pipe|first_found)['"] (.*)$/.exec(given)
      : null;
  return plugin
    ? `it is a function by itself: {{ ${plugin[1]} ${plugin[2]} }}`
    : `arguments follow a space: {{ ${name} ${given} }}`;
}

/** A method of Python: there `join` is one of the separator. */
function methodHint(value: string, name: string, between: string): string {
  const given = between.replaceAll(/\s*,\s*/g, ' ').trim();
  const words = name === 'join' ? [given, value] : [value, ...(given === '' ? [] : [given])];
  return `functions come first: {{ ${[functionElsewhere(name) ?? name, ...words].join(' ')} }}`;
}

/** `['web'][0]` as it is written here: `.web.[0]`. */
function plainMembers(indexes: string): string {
  return indexes.replaceAll(/\[\s*(?:(\d+)|['"](\w+)['"])\s*\]/g, (_all, place?: string, name?: string) =>
    place === undefined ? `.${name}` : `.[${place}]`,
  );
}

const comparisons: Readonly<Record<string, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

/** What other languages have between braces, and how it is written here; the first that fits counts. */
const foreignForms: readonly (readonly [RegExp, (...parts: readonly string[]) => string])[] = [
  [
    /^(if|unless)?\s*!\s*([\w.]+)$/,
    (block, name) => (block === 'if' ? `{{#unless ${name}}}` : `(not ${name})`),
  ],
  [/^([A-Za-z_]\w*)\(([^()]*)\)$/, (name = '', between = '') => callHint(name, between)],
  [
    /^([\w.]+|'[^']*'|"[^"]*")\.([A-Za-z_]\w*)\(([^()]*)\)$/,
    (value = '', name = '', between = '') => methodHint(value, name, between),
  ],
  [
    /^([\w.]+)((?:\[\s*(?:\d+|'[A-Za-z_]\w*'|"[A-Za-z_]\w*")\s*\]){2,})$/,
    (of, indexes = '') => `what is in it is written ${of}${plainMembers(indexes)}`,
  ],
  [
    /^([\w.]+)\[\s*(?:(\d+)|'([^'\]]+)'|"([^"\]]+)"|([^\]]+?))\s*\](.*)$/s,
    (of = '', place, single, double, key = '', filters = '') =>
      memberHint(of, place, single ?? double, key, filters),
  ],
  [/^([\w.]+)\.(\d+)$/, (of, place) => `an item of a list is written ${of}.[${place}]`],
  [
    /^(\S+)\s*(\+|~|\*|%|\/)\s*(\S+)$/,
    (left = '', sign = '', right = '') =>
      sign === '~'
        ? `texts stand beside each other: {{ ${left} }}{{ ${right} }}`
        : signHint([left, sign, right]),
  ],
  [/^\(([^()]+)\)$/, (call) => `( ) stand around what is an argument of another: {{ ${call} }}`],
  [
    /^(\S+)\s*(==|!=|<=|>=|<|>)\s*(\S+)$/,
    (left, sign = '', right) => `(${comparisons[sign]} ${left} ${right})`,
  ],
];

function tagHint(inner: string): string {
  const [, block, rest] = /^(if|unless)\s+(.+)$/s.exec(inner) ?? [];
  const hint = rest === undefined || rest.startsWith('!') ? undefined : tagHint(rest);
  if (hint?.startsWith('(')) return `{{#${block} ${hint}}}`;
  if (/['"]/.test(inner.replaceAll(/'[^']*'|"[^"]*"/g, '')))
    return 'a text ends with the quote that it begins with';
  for (const [form, hint] of foreignForms) {
    const found = form.exec(inner);
    if (found) return hint(...found.slice(1));
  }
  return rawHint;
}

/** The first end of a block that is another's, which bears this name. */
function wrongEnd(text: string, name: string): Span | undefined {
  const open: string[] = [];
  for (const {0: tag, 1: sign, 2: of = '', index} of text.matchAll(/\{\{~?([#^/])\s*([\w-]+)/g)) {
    if (sign !== '/') open.push(of);
    else if (open.pop() !== of && of === name) return spanAt(text, index + tag.length - of.length, of.length);
  }
  return undefined;
}

function lastOpenBlock(text: string): {name: string; span: Span} | undefined {
  const open: {name: string; offset: number}[] = [];
  for (const match of text.matchAll(/\{\{~?([#^/])\s*([\w-]+)/g)) {
    if (match[1] === '/') open.pop();
    else open.push({name: match[2] ?? '', offset: match.index});
  }
  const last = open.at(-1);
  return last && {name: last.name, span: spanAt(text, last.offset, last.name.length + 3)};
}

/** The place of a node of the syntax tree. */
export function spanOf(text: string, loc: hbs.AST.SourceLocation): Span {
  const {start, end} = loc;
  return {
    line: start.line,
    column: start.column,
    length: Math.max(1, offsetOf(text, end) - offsetOf(text, start)),
  };
}
