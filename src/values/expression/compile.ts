import {ParseError, type ParseResult} from '@marcbachmann/cel-js';
import {functionElsewhere} from '../foreign-functions.ts';
import {spanAt} from '../position.ts';
import {type Problem, ProblemError, type Span} from '../problem.ts';
import {curlyQuotes, withStraightQuotes} from '../quotes.ts';
import {guardArithmetic, makeWhole} from './arithmetic.ts';
import {guardLogic} from './certainty.ts';
import {guardComparison, guardMembership} from './comparisons.ts';
import {celEnvironment} from './environment.ts';
import {watchLoop} from './loops.ts';
import {guardMatches} from './matches.ts';
import {type Contents, contentsOf} from './names.ts';
import {guardCall, guardEquality, guardIndex} from './secrets.ts';
import {type Token, tokensOf} from './tokens.ts';
import {rewriteWords} from './words.ts';

/** An expression, ready to be evaluated. */
export interface Compiled extends Contents {
  readonly run: ParseResult;
  /** The place in the written text of a range of the rewritten one. */
  readonly spanOf: (start: number, end: number) => Span;
}

const compiled = new Map<string, Compiled | ProblemError>();

/**
 * The expression of a text, made once.
 * @throws ProblemError for a text that is none
 */
export function compileExpression(text: string): Compiled {
  let made = compiled.get(text);
  if (!made) {
    made = compileOrProblem(text);
    compiled.set(text, made);
  }
  if (made instanceof ProblemError) throw made;
  return made;
}

function compileOrProblem(text: string): Compiled | ProblemError {
  try {
    const foreign = foreignSyntax(text);
    return foreign ? new ProblemError(foreign) : compile(text);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function compile(text: string): Compiled {
  const rewritten = rewriteWords(text);
  const spanOf = (start: number, end: number): Span => {
    const from = rewritten.written(start);
    return spanAt(text, from, Math.max(1, rewritten.written(Math.max(start, end - 1)) + 1 - from));
  };
  try {
    const run = celEnvironment().parse(rewritten.text);
    const contents = contentsOf(run.ast);
    contents.comparisons.forEach(guardComparison);
    contents.memberships.forEach(guardMembership);
    contents.logic.forEach(guardLogic);
    contents.matches.forEach(guardMatches);
    contents.wholes.forEach(makeWhole);
    contents.arithmetic.forEach(guardArithmetic);
    contents.lists.forEach(watchLoop);
    contents.equalities.forEach(guardEquality);
    contents.indexes.forEach(guardIndex);
    contents.calls.forEach(guardCall);
    return {run, spanOf, ...contents};
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const {start, end} = error.range ?? {start: 0, end: text.length};
    throw new ProblemError({
      code: 'VAL008',
      message: syntaxMessage(error.summary),
      span: spanOf(start, end),
      hint: syntaxHint(text, error.summary),
    });
  }
}

const tokenNames: Readonly<Record<string, string>> = {
  EOF: 'end',
  IDENTIFIER: 'a name',
  RPAREN: "')'",
  RBRACKET: "']'",
  RBRACE: "'}'",
  COLON: "':'",
};

/** The parser's message with the signs that people write in place of its names for them. */
function syntaxMessage(summary: string): string {
  const words = summary
    .replace(/^Unexpected (?:token|character): (.+)$/, (_, token: string) => `unexpected ${token}`)
    .replace(/\b[A-Z]{3,}\b/g, (name) => tokenNames[name] ?? name.toLowerCase());
  return `not an expression: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function syntaxHint(text: string, summary: string): string {
  const ternary = /^(.+?)\s+if\s+(.+?)\s+else\s+(.+)$/.exec(text.trim());
  if (ternary) {
    const isWhole = !/[()]/.test(ternary.slice(1).join(''));
    return isWhole
      ? `${ternary[2]} ? ${ternary[1]} : ${ternary[3]}`
      : 'a choice is written CONDITION ? THIS : THAT';
  }
  if (curlyQuotes.test(summary)) return `texts stand in straight quotes: ${withStraightQuotes(text.trim())}`;
  if (/reserved/i.test(summary))
    return 'expressions keep this name for themselves: give the variable another';
  if (/unterminated string/i.test(summary)) return 'a text ends with the quote that it begins with';
  if (/EOF/.test(summary)) return 'something is missing at the end: a value, a bracket';
  return 'conditions are CEL: a == b and (c or not d), x in list, f(x); texts stand in quotes';
}

/** More than people write, and few enough for the stack: each may be one level of the tree. */
const mostTokens = 2000;

/** Jinja, templates and slips that CEL would only call an unexpected character. */
function foreignSyntax(text: string): Problem | undefined {
  const tokens = tokensOf(text);
  const [first] = tokens;
  if (!first) {
    const hint = 'remove the key, or write a condition; a ! at the start needs quotes around all of it';
    return {code: 'VAL008', message: 'the condition is empty', span: spanAt(text, 0, 1), hint};
  }
  if (tokens.length > mostTokens) {
    const message = `the condition has ${tokens.length} words and signs, and at most ${mostTokens} are read`;
    const hint = 'a list of conditions is joined by and; x in list stands for many comparisons';
    return {code: 'VAL016', message, span: spanAt(text, 0, first.text.length), hint};
  }
  for (const [index, token] of tokens.entries()) {
    const problem =
      templateInText(text, token) ??
      (mayBeForeign.test(token.text)
        ? foreignToken(text, token, tokens[index + 1], tokens[index - 1])
        : undefined);
    if (problem) return problem;
  }
  return undefined;
}

/** All others mean here what they mean elsewhere. */
const mayBeForeign = /^(?:[{|&<=]|AND|OR|NOT|IN|And|Or|Not|In)$/;

function foreignToken(
  text: string,
  token: Token,
  next: Token | undefined,
  previous: Token | undefined,
): Problem | undefined {
  const span = spanAt(text, token.offset, token.text.length);
  const isPair = next !== undefined && next.offset === token.offset + 1;
  if (token.text === '{' && isPair && (next.text === '{' || next.text === '%')) {
    const plain = text.replaceAll(/\{[{%]-?\s*([\s\S]*?)\s*-?[}%]\}/g, '$1').trim();
    const message = 'an expression stands by itself, without {{ }}';
    return {code: 'VAL013', message, span: {...span, length: 2}, hint: plain === '' ? undefined : plain};
  }
  if (token.text === '|' && next?.type === 'word') {
    const message = `'| ${next.text}' is a Jinja filter; functions here come first`;
    return {
      code: 'VAL013',
      message,
      span,
      hint: filterHint(text, operandBefore(text.slice(0, token.offset)) ?? previous?.text ?? 'x', next),
    };
  }
  if (token.text === '&')
    return {code: 'VAL008', message: "'&' joins nothing", span, hint: "write 'and', or &&"};
  if (/^(AND|OR|NOT|IN|And|Or|Not|In)$/.test(token.text) && token.type === 'word' && previous) {
    const word = token.text.toLowerCase();
    return {code: 'VAL008', message: `'${token.text}' joins nothing`, span, hint: `write it small: ${word}`};
  }
  if (token.text === '<' && isPair && next.text === '>')
    return {code: 'VAL008', message: "'<>' compares nothing", span: {...span, length: 2}, hint: 'write !='};
  const turned: Readonly<Record<string, string>> = {'>': '>=', '<': '<=', '!': '!='};
  if (token.text === '=' && isPair && next.text in turned) {
    const message = `'=${next.text}' compares nothing`;
    return {code: 'VAL008', message, span: {...span, length: 2}, hint: `write ${turned[next.text]}`};
  }
  if (token.text === '=') {
    return {code: 'VAL008', message: "'=' compares nothing", span, hint: 'write == to compare'};
  }
  return undefined;
}

/** The value that stands at the end of a text: a name with all that is below it, a call, what is in brackets, a literal. */
function operandBefore(text: string): string | undefined {
  const below = String.raw`(?:\s*\.\s*[A-Za-z_]\w*|\[[^[\]]*\]|\([^()]*\))`;
  const found = new RegExp(
    String.raw`(?:[A-Za-z_]\w*${below}*|\([^()]*\)${below}*|"[^"]*"|'[^']*'|[\d.]+)\s*$`,
  ).exec(text);
  return found?.[0].trim();
}

/** A filter as a call; what old Ansible asked of a result by one, as a member of that. */
function filterHint(condition: string, value: string, {text: filter, offset}: Token): string {
  if (/^(succeeded|success)$/.test(filter)) return `not ${value}.failed`;
  if (/^(failed|changed|skipped)$/.test(filter)) return `${value}.${filter}`;
  const rest = /^\s*\(([^()]*)\)/.exec(condition.slice(offset + filter.length))?.[1];
  return `${functionElsewhere(filter) ?? filter}(${rest ? `${value}, ${rest}` : value})`;
}

/** A template in a text of a condition is never rendered: it would compare the braces. */
function templateInText(condition: string, {type, text, offset}: Token): Problem | undefined {
  const braces = type === 'string' ? /\{\{\s*([^{}]*?)\s*\}\}/.exec(text) : null;
  if (!braces) return undefined;
  const [whole, inner = ''] = braces;
  const isAll = text.length === whole.length + 2;
  return {
    code: 'VAL013',
    message: 'a text in a condition is no template: the braces would stay as they are',
    span: spanAt(condition, offset, text.length),
    hint: isAll ? `${inner}, without quotes and braces` : `texts are joined by +: 'a' + string(${inner})`,
  };
}
