import {mask, reveal, sliceText, type Text} from '../../text/index.ts';
import {HclError, type Token, type TokenType, tokensOf} from './lexer.ts';
import {literalValue} from './literal.ts';
import type {Body, Item, Key, List, Value} from './tree.ts';

/**
 * Reads HCL 1 as Vault and OpenBao read it, comments kept. Secrets in it stay marked.
 * @throws HclError for what is not HCL
 * @see https://github.com/hashicorp/hcl/blob/v1.0.0/hcl/parser/parser.go
 */
export function parseHcl(text: Text): Body {
  return new Reader(text).body('end');
}

const maxDepth = 100;

class Reader {
  readonly #text: Text;
  readonly #revealed: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: Text) {
    this.#text = text;
    this.#revealed = reveal(text);
    this.#tokens = tokensOf(this.#revealed);
  }

  body(closing: '}' | 'end'): Body {
    const items: Item[] = [];
    for (;;) {
      const from = this.#end();
      const {start} = this.#peek();
      const comments = this.#comments();
      if (this.#peek().type === closing) return {items, comments};
      const item = this.#item(comments, this.#emptyLineBetween(from, start));
      if (this.#peek().type === ',') this.#take();
      items.push(this.#withComment(item));
    }
  }

  #item(comments: readonly Text[], apart: boolean): Item {
    const {start} = this.#peek();
    const keys = this.#keys();
    const token = this.#peek();
    if (token.type === '{') return {keys, value: this.#value(), assigned: false, comments, apart, start};
    if (token.type !== '=') throw this.#unexpected(token, "'=' or '{'");
    if (keys.length > 1) throw this.#unexpected(token, "'{': a block's labels come before it");
    this.#take();
    return {keys, value: this.#value(), assigned: true, comments, apart, start};
  }

  #keys(): readonly Key[] {
    const keys: Key[] = [];
    for (;;) {
      const token = this.#peek();
      if (!['identifier', 'boolean', 'string'].includes(token.type)) {
        if (keys.length === 0) throw this.#unexpected(token, 'a key');
        return keys;
      }
      this.#take();
      const written = this.#written(token);
      const name = token.type === 'string' ? String(literalValue(token, written)) : written;
      keys.push({name, text: this.#slice(token)});
    }
  }

  #value(): Value {
    const token = this.#take();
    switch (token.type) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'heredoc':
        return {type: 'literal', text: this.#slice(token), value: literalValue(token, this.#written(token))};
      case '[':
        return this.#deeper(token, () => this.#list());
      case '{': {
        const body = this.#deeper(token, () => this.body('}'));
        this.#take();
        return {type: 'object', body};
      }
      case 'identifier':
        throw new HclError(`'${this.#shown(token)}' is no value: a text is written in quotes`, token.start);
      default:
        throw this.#unexpected(token, 'a value');
    }
  }

  #list(): List {
    const elements: Value[] = [];
    const comments: (readonly Text[])[] = [];
    for (;;) {
      comments.push(this.#comments());
      if (this.#peek().type === ']') break;
      elements.push(this.#value());
      const behind = this.#comments();
      if (behind.length > 0) comments[comments.length - 1] = [...(comments.at(-1) ?? []), ...behind];
      const token = this.#peek();
      if (token.type === ',') this.#take();
      else if (token.type !== ']') throw this.#unexpected(token, "',' or ']'");
    }
    this.#take();
    return {type: 'list', elements, comments};
  }

  /** The parser calls itself for what is nested. */
  #deeper<T>(token: Token, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new HclError(`nested more than ${maxDepth} deep`, token.start);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #comments(): readonly Text[] {
    const comments: Text[] = [];
    while (this.#peek().type === 'comment') comments.push(this.#slice(this.#take()));
    return comments;
  }

  /** With the comment that begins on the line on which the item ends. */
  #withComment(item: Item): Item {
    const end = this.#end();
    const token = this.#peek();
    if (token.type !== 'comment' || this.#revealed.slice(end, token.start).includes('\n')) return item;
    this.#take();
    return {...item, comment: this.#slice(token)};
  }

  #emptyLineBetween(from: number, to: number): boolean {
    return from > 0 && (this.#revealed.slice(from, to).match(/\n/g)?.length ?? 0) > 1;
  }

  #end(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new Error('read beyond the end');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #written({start, end}: Token): string {
    return this.#revealed.slice(start, end);
  }

  #slice({start, end}: Token): Text {
    return sliceText(this.#text, start, end);
  }

  #shown(token: Token): string {
    return mask(this.#slice(token));
  }

  #unexpected(token: Token, wanted: string): HclError {
    const names: Partial<Record<TokenType, string>> = {
      end: 'the end of the file',
      comment: 'a comment',
      string: 'a text',
      number: 'a number',
      heredoc: 'a text of several lines',
    };
    return new HclError(
      `${names[token.type] ?? `'${this.#shown(token)}'`} stands where ${wanted} is expected`,
      token.start,
    );
  }
}
