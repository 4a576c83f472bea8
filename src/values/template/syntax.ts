import {parse} from 'handlebars/dist/cjs/handlebars/compiler/base.js';
import {offsetOf, spanAt} from '../position.ts';
import {type Problem, ProblemError, type Span} from '../problem.ts';
import {asCalls, foreignHint} from './foreign-forms.ts';

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

/** A block of Go's templates, which all end alike. */
const goBlock = /(\{\{-?\s*(?:with|range|define|block)\s[^{}]*\}\})(?=.*\{\{-?\s*end\s*-?\}\})/s;

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
  const ofGo = goBlock.exec(text);
  if (ofGo) {
    throw new ProblemError({
      code: 'VAL003',
      message: `'${ofGo[1]}' is a template of Go, as agents of Vault read them; templates here are Handlebars`,
      span: spanAt(text, ofGo.index, ofGo[1]?.length ?? 2),
      hint: "where the text is meant as it stands: !raw before the value; 'copy' puts a file as it is",
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
  const within = inner.indexOf('{{');
  if (within >= 0) {
    const hint = 'a name stands between {{ and }} as it is, without braces of its own';
    return {code: 'VAL003', message: '{{ inside {{ }}', span: spanAt(text, start + within, 2), hint};
  }
  if (inner === '') return {code: 'VAL003', message: 'nothing stands between {{ and }}', span};
  const [, filtered] = /^[\w.]+\s*(\|\s*[A-Za-z_]\w*)/.exec(inner) ?? [];
  if (filtered !== undefined) {
    return {
      code: 'VAL013',
      message: `'${inner}' is a Jinja filter; functions here come first`,
      span: spanAt(text, start + inner.indexOf('|'), 1),
      hint: `{{ ${asCalls(inner)} }}`,
    };
  }
  const shown = inner.length > 60 ? `${inner.slice(0, 60)}…` : inner;
  return {
    code: 'VAL003',
    message: `'${shown}' is not a template expression`,
    span,
    hint: foreignHint(inner) ?? rawHint,
  };
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
