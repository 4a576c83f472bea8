import {didYouMean, nearest} from '../../errors/index.ts';
import {losesDigits, lossHint} from '../exact.ts';
import {functionElsewhere} from '../foreign-functions.ts';
import {functions} from '../functions/table.ts';
import {offsetOf} from '../position.ts';
import type {Problem, Span} from '../problem.ts';
import {callHint, infixHints, infixWords, signHint} from './infix.ts';
import type {Body, Operand, Path, PathStart, Program, Read, Statement} from './program.ts';
import {isList, listHint, refuseCurlyQuotes} from './slips.ts';
import {memberSpansOf} from './spans.ts';
import {deepestNesting, parseTemplate, spanOf, tooDeep} from './syntax.ts';

const blocks = ['if', 'unless', 'each', 'with'];
/** @param loops how many are open */
function insideHint(loops: number): string {
  const names = '{{#each list as |item index|}} gives names';
  if (loops === 0) return `put it between {{#each list}} and {{/each}}; ${names}`;
  return `there ${loops === 1 ? 'is one' : `are ${loops}`} #each around it; ${names}`;
}

const forms = ['default', 'defined', 'lookup', 'and', 'or'];
const dataNames = ['index', 'key', 'first', 'last'] as const;

/** What surrounds a place in a template. */
interface Surroundings {
  /** How many #each and #with are open. */
  readonly items: number;
  /** How many of them are #each. */
  readonly loops: number;
  readonly parameters: readonly string[];
  readonly optional: boolean;
}

/** The function that was most likely meant by a name that is none. */
function functionMeant(name: string): string | undefined {
  const elsewhere = functionElsewhere(name);
  const isHere = elsewhere !== undefined && (functions.has(elsewhere) || forms.includes(elsewhere));
  return isHere ? elsewhere : nearest(name, [...functions.keys(), ...forms]);
}

/**
 * A template as a program: every name is resolved to what it reads, every function is known, everything else
 * is a problem with its place.
 * @throws ProblemError for a text that is no template
 */
export function lowerTemplate(text: string): Program {
  refuseCurlyQuotes(text);
  const lowering = new Lowering(text);
  const body = lowering.body(parseTemplate(text), {items: 0, loops: 0, parameters: [], optional: false});
  const reads = lowering.reads.map((read) => ({
    ...read,
    optional: read.optional || lowering.guarded.has(read.name),
  }));
  return {body, reads, problems: lowering.problems};
}

class Lowering {
  readonly reads: Read[] = [];
  readonly problems: Problem[] = [];
  /** Names that `defined` asks about somewhere in the template. */
  readonly guarded = new Set<string>();
  readonly #text: string;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  body(program: hbs.AST.Program | undefined, around: Surroundings): Body {
    return this.#deeper(program, [], () => this.#statements(program, around));
  }

  /** One level of blocks or parentheses further down; nothing where that is too deep, which is told once. */
  #deeper<T>(node: hbs.AST.Node | undefined, nothing: T, work: () => T): T {
    if (this.#depth >= deepestNesting) {
      const isTold = this.problems.some(({code}) => code === 'VAL016');
      if (!isTold && node) this.problems.push(tooDeep(spanOf(this.#text, node.loc)));
      return nothing;
    }
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
    }
  }

  #statements(program: hbs.AST.Program | undefined, around: Surroundings): Body {
    return (program?.body ?? []).flatMap((statement) => this.#statement(statement, around) ?? []);
  }

  #statement(node: hbs.AST.Statement, around: Surroundings): Statement | undefined {
    switch (node.type) {
      case 'ContentStatement':
        return {type: 'text', text: (node as hbs.AST.ContentStatement).value};
      case 'CommentStatement':
        return undefined;
      case 'MustacheStatement':
        return {type: 'output', value: this.#call(node as hbs.AST.MustacheStatement, around)};
      case 'BlockStatement':
        return this.#block(node as hbs.AST.BlockStatement, around);
      default:
        this.#problem('VAL003', 'partials and decorators are not part of templates here', node);
        return undefined;
    }
  }

  #block(node: hbs.AST.BlockStatement, around: Surroundings): Statement | undefined {
    const name = node.path.original;
    if (!blocks.includes(name)) {
      const hint =
        name === 'for'
          ? '{{#each list as |item|}} … {{/each}}'
          : (didYouMean(name, blocks) ?? 'blocks are #if, #unless, #each and #with');
      this.#problem('VAL004', `no such block: #${name}`, node.path, hint);
      return undefined;
    }
    const [param, ...more] = node.params;
    if (!param || more.length > 0 || (node.hash?.pairs.length ?? 0) > 0) {
      this.#problem('VAL005', `#${name} takes one value`, node.path, callHint(name, param, more));
      return undefined;
    }
    const value = this.#operand(param, around);
    const otherwise = this.body(node.inverse, around);
    if (name === 'if' || name === 'unless') {
      const then = this.body(node.program, around);
      return {type: 'if', condition: value, negated: name === 'unless', then, otherwise};
    }
    const parameters = node.program?.blockParams ?? [];
    const inside = {
      ...around,
      items: around.items + 1,
      loops: around.loops + (name === 'each' ? 1 : 0),
      parameters: [...parameters, ...around.parameters],
    };
    const then = this.body(node.program, inside);
    return name === 'each'
      ? {type: 'each', list: value, parameters, then, otherwise}
      : {type: 'with', value, parameters, then, otherwise};
  }

  #operand(node: hbs.AST.Expression, around: Surroundings): Operand {
    const span = spanOf(this.#text, node.loc);
    switch (node.type) {
      case 'StringLiteral':
        return {type: 'literal', value: (node as hbs.AST.StringLiteral).value, span};
      case 'NumberLiteral':
        return {type: 'literal', value: this.#number(node as hbs.AST.NumberLiteral), span};
      case 'BooleanLiteral':
        return {type: 'literal', value: (node as hbs.AST.BooleanLiteral).value, span};
      case 'PathExpression':
        return this.#path(node as hbs.AST.PathExpression, around);
      case 'SubExpression':
        return this.#deeper<Operand>(node, {type: 'literal', value: '', span}, () =>
          this.#call(node as hbs.AST.SubExpression, around),
        );
      default:
        return {type: 'literal', value: null, span};
    }
  }

  #number(node: hbs.AST.NumberLiteral): number {
    if (losesDigits(node.value))
      this.#problem('VAL011', `${this.#textOf(node)} is beyond 2^53`, node, lossHint);
    return node.value;
  }

  /** `{{ path }}`, `{{ name arguments }}` or `(name arguments)`. A name without arguments is a variable. */
  #call(node: hbs.AST.MustacheStatement | hbs.AST.SubExpression, around: Surroundings): Operand {
    const isCall = node.params.length > 0 || (node.hash?.pairs.length ?? 0) > 0;
    if (!isCall) return this.#operand(node.path, around);
    const span = spanOf(this.#text, node.path.loc);
    const name = String((node.path as hbs.AST.PathExpression).original);
    const nothing: Operand = {type: 'literal', value: '', span};
    if (node.hash?.pairs.length) {
      this.#problem('VAL005', `${name} takes no named arguments`, node.hash);
      return nothing;
    }
    if (forms.includes(name)) return this.#form(name, node, around, span) ?? nothing;
    const definition = functions.get(name);
    if (!definition && this.#infix(node, around)) return nothing;
    if (definition) {
      const args = node.params.map((param) => this.#operand(param, around));
      return {type: 'call', definition, args, span};
    }
    const meant = functionMeant(name);
    // What a misspelt `default` would have stood in for is no second mistake.
    const mayMiss = meant === 'default' || meant === 'defined';
    for (const [index, param] of node.params.entries()) {
      const value = this.#operand(param, mayMiss && index === 0 ? {...around, optional: true} : around);
      if (meant === 'defined') this.#guard(value);
    }
    const near = meant === undefined ? undefined : `did you mean '${meant}'?`;
    const hint = /^els?e?if$/.test(name) ? 'write {{else if …}}' : near;
    this.#problem('VAL004', `no such function: ${name}`, node.path, hint);
    return nothing;
  }

  /** Whether words stand between values, as in Jinja: it is told once, and the values are looked at for themselves. */
  #infix(node: hbs.AST.MustacheStatement | hbs.AST.SubExpression, around: Surroundings): boolean {
    if (node.params.some((param) => /^[-+*/%?:=<>!&|~^]+$/.test(this.#textOf(param)))) {
      const parts = [node.path, ...node.params];
      const written = parts.map((one) => this.#textOf(one));
      const message = `'${written.join(' ')}' is not a template expression`;
      const [first, last] = [parts[0], parts.at(-1)];
      const span = first && last ? {...first.loc, start: first.loc.start, end: last.loc.end} : node.loc;
      this.problems.push({code: 'VAL003', message, span: spanOf(this.#text, span), hint: signHint(written)});
      return true;
    }
    const isWord = (param: hbs.AST.Expression) => infixWords.has(this.#textOf(param));
    const word = node.params.find(isWord);
    if (!word) return false;
    const text = this.#textOf(word);
    const message = `'${text}' between values is Jinja; functions here come first`;
    this.#problem(
      'VAL013',
      message,
      word,
      infixHints.get(text)?.([node.path, ...node.params].map((one) => this.#textOf(one))),
    );
    for (const value of [node.path, ...node.params])
      if (!isWord(value) && !isList(this.#textOf(value))) this.#operand(value, around);
    return true;
  }

  #textOf({loc}: hbs.AST.Node): string {
    const start = offsetOf(this.#text, loc.start);
    return this.#text.slice(start, offsetOf(this.#text, loc.end)).trim();
  }

  /** What evaluates its arguments in its own way. */
  #form(
    name: string,
    node: hbs.AST.MustacheStatement | hbs.AST.SubExpression,
    around: Surroundings,
    span: Span,
  ): Operand | undefined {
    const [first, second] = node.params;
    const takesOne = name === 'defined';
    const enough = takesOne ? node.params.length === 1 : node.params.length === 2;
    if (!first || (!enough && !(['and', 'or'].includes(name) && node.params.length > 2))) {
      this.#problem('VAL005', `${name} takes ${takesOne ? 'one argument' : 'two arguments'}`, node.path);
      return undefined;
    }
    if (name === 'and' || name === 'or') {
      return {
        type: 'logic',
        operator: name,
        operands: node.params.map((param) => this.#operand(param, around)),
        span,
      };
    }
    if (name === 'defined') {
      const value = this.#operand(first, {...around, optional: true});
      this.#guard(value);
      return {type: 'defined', value, span};
    }
    if (!second) return undefined;
    if (name === 'default') {
      const value = this.#operand(first, {...around, optional: true});
      return {type: 'default', value, fallback: this.#operand(second, around), span};
    }
    return {type: 'lookup', object: this.#operand(first, around), key: this.#operand(second, around), span};
  }

  #guard(value: Operand): void {
    if (value.type === 'path' && value.start.type === 'variable') this.guarded.add(value.start.name);
  }

  #path(node: hbs.AST.PathExpression, around: Surroundings): Operand {
    const span = spanOf(this.#text, node.loc);
    if (isList(this.#textOf(node))) {
      this.#problem('VAL003', 'a list cannot be written in a template', node, listHint);
      return {type: 'literal', value: '', span};
    }
    const found = this.#start(node, around, span);
    if (!found) return {type: 'literal', value: '', span};
    const [start, members] = found;
    const memberSpans = memberSpansOf(members, this.#text, span);
    if (start.type === 'variable') {
      this.reads.push({name: start.name, members, memberSpans, span, optional: around.optional});
    }
    return {type: 'path', start, members, memberSpans, written: node.original, span} satisfies Path;
  }

  #start(
    node: hbs.AST.PathExpression,
    around: Surroundings,
    span: Span,
  ): readonly [PathStart, readonly string[]] | undefined {
    const [first, ...rest] = node.parts.map(String);
    const scoped = /^(?:\.|this\b)/.test(node.original);
    if (node.data) return this.#data(first, rest, node, around);
    if (node.depth === 0 && !scoped && first !== undefined && around.parameters.includes(first)) {
      return [{type: 'parameter', name: first}, rest];
    }
    if (node.depth < around.items) {
      return [{type: 'item', depth: node.depth}, first === undefined ? [] : [first, ...rest]];
    }
    if (node.depth > around.items) {
      this.problems.push({
        code: 'VAL003',
        message: `'${node.original}' leaves the template: too many ../`,
        span,
      });
      return undefined;
    }
    if (first === undefined) {
      const hint = 'name the variable';
      this.problems.push({
        code: 'VAL003',
        message: `no #each or #with gives '${node.original}' a meaning`,
        span,
        hint,
      });
      return undefined;
    }
    return [{type: 'variable', name: first}, rest];
  }

  #data(
    first: string | undefined,
    rest: readonly string[],
    node: hbs.AST.PathExpression,
    around: Surroundings,
  ): readonly [PathStart, readonly string[]] | undefined {
    const [variable, ...members] = rest;
    if (first === 'root' && variable !== undefined) return [{type: 'variable', name: variable}, members];
    const name = dataNames.find((known) => known === first);
    if (name && node.depth < around.loops) return [{type: 'data', name, depth: node.depth}, rest];
    const message = name
      ? `'${node.original}' has a meaning inside #each only`
      : `no such name: ${node.original}`;
    const hint = name
      ? insideHint(around.loops)
      : (didYouMean(String(first), dataNames) ?? `there is ${dataNames.map((one) => `@${one}`).join(', ')}`);
    this.#problem('VAL001', message, node, hint);
    return undefined;
  }

  #problem(code: Problem['code'], message: string, node: hbs.AST.Node, hint?: string): void {
    this.problems.push({code, message, span: spanOf(this.#text, node.loc), hint});
  }
}
