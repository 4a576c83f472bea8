import type {Source} from '../errors/index.ts';
import type {MapEntry, Node, ScalarNode} from '../source/index.ts';
import {pythonNumberAt} from './python-number.ts';
import {pythonTextAt} from './python-text.ts';

/** What a text begins with, and what is behind it. */
interface Read {
  readonly node: Node;
  readonly rest: string;
}

/** What holds wherever a literal stands. */
interface Manner {
  readonly source: Source;
  /** true, false and null in small letters are values, too. */
  readonly smallWords: boolean;
}

/**
 * A literal of Python: numbers, texts, True, False, None, lists, tuples, sets (both as lists), maps; several with commas
 * between them are a tuple, and a remark may follow. Undefined for a text that is none, which Ansible takes as it is.
 * @param smallWords true, false and null in small letters are as in JSON, which in Python they are not
 * @see https://docs.python.org/3/library/ast.html#ast.literal_eval
 */
export function pythonLiteral(
  text: string,
  {source, smallWords = true}: {readonly source: Source; readonly smallWords?: boolean},
): Node | undefined {
  const manner = {source, smallWords};
  const first = valueAt(text, manner);
  if (!first) return undefined;
  if (isOver(first.rest)) return first.node;
  const items = [first.node];
  for (let rest = behind(first.rest, ','); rest !== undefined; ) {
    if (isOver(rest)) return {type: 'list', items, source};
    const next = valueAt(rest, manner);
    if (!next) return undefined;
    items.push(next.node);
    if (isOver(next.rest)) return {type: 'list', items, source};
    rest = behind(next.rest, ',');
  }
  return undefined;
}

/** Nothing is left, or a remark. */
function isOver(rest: string): boolean {
  return /^\s*(?:#|$)/.test(rest);
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

const jsonWords: ReadonlyMap<string, boolean | null> = new Map([
  ...words,
  ['true', true],
  ['false', false],
  ['null', null],
]);

function valueAt(text: string, manner: Manner): Read | undefined {
  const {source} = manner;
  const begun = text.trimStart();
  switch (begun[0]) {
    case '[':
      return listAt(begun.slice(1), ']', manner);
    case '(':
      return tupleAt(begun.slice(1), manner);
    case '{':
      return entriesAt(begun.slice(1), manner) ?? setAt(begun.slice(1), manner);
  }
  const written = pythonTextAt(begun);
  if (written) return {node: scalar(written.value, written.value, 'quoted', source), rest: written.rest};
  const [word] = /^\w+/.exec(begun) ?? [];
  const constant = word === undefined ? undefined : (manner.smallWords ? jsonWords : words).get(word);
  if (word !== undefined && constant !== undefined)
    return {node: scalar(constant, word, 'plain', source), rest: begun.slice(word.length)};
  const number = pythonNumberAt(begun);
  return number && {node: scalar(number.value, number.text, 'plain', source), rest: number.rest};
}

interface Items {
  readonly items: readonly Node[];
  /** A comma stood behind the last. */
  readonly comma: boolean;
  readonly rest: string;
}

function itemsAt(text: string, end: string, manner: Manner): Items | undefined {
  const items: Node[] = [];
  for (let rest = text; ; ) {
    const over = behind(rest, end);
    if (over !== undefined) return {items, comma: items.length > 0, rest: over};
    const item = valueAt(rest, manner);
    if (!item) return undefined;
    items.push(item.node);
    const ended = behind(item.rest, end);
    if (ended !== undefined) return {items, comma: false, rest: ended};
    const next = behind(item.rest, ',');
    if (next === undefined) return undefined;
    rest = next;
  }
}

function listAt(text: string, end: string, manner: Manner): Read | undefined {
  const read = itemsAt(text, end, manner);
  return read && {node: {type: 'list', items: read.items, source: manner.source}, rest: read.rest};
}

/** One item without a comma stands in brackets only: `(1)` is 1. */
function tupleAt(text: string, manner: Manner): Read | undefined {
  const read = itemsAt(text, ')', manner);
  const [only] = read?.items ?? [];
  if (read && only && read.items.length === 1 && !read.comma) return {node: only, rest: read.rest};
  return read && {node: {type: 'list', items: read.items, source: manner.source}, rest: read.rest};
}

/** Texts and numbers, each once; a list or a map in a set is no literal of Python. */
function setAt(text: string, manner: Manner): Read | undefined {
  const read = itemsAt(text, '}', manner);
  if (!read?.items.every(({type}) => type === 'scalar')) return undefined;
  const items = new Map(read.items.map((item) => [item.type === 'scalar' ? item.value : item, item]));
  return {node: {type: 'list', items: [...items.values()], source: manner.source}, rest: read.rest};
}

function entriesAt(text: string, manner: Manner): Read | undefined {
  const {source} = manner;
  const entries = new Map<string, MapEntry>();
  const read = (rest: string): Read => ({
    node: {type: 'map', entries: [...entries.values()], source},
    rest,
  });
  for (let rest = text; ; ) {
    const over = behind(rest, '}');
    if (over !== undefined) return read(over);
    const key = valueAt(rest, manner);
    const colon = key?.node.type === 'scalar' ? behind(key.rest, ':') : undefined;
    const value = colon === undefined ? undefined : valueAt(colon, manner);
    if (key?.node.type !== 'scalar' || !value) return undefined;
    // The last of a name wins, where the first stood.
    entries.set(key.node.text, {key: key.node.text, keySource: source, value: value.node});
    const ended = behind(value.rest, '}');
    if (ended !== undefined) return read(ended);
    const next = behind(value.rest, ',');
    if (next === undefined) return undefined;
    rest = next;
  }
}

function behind(text: string, mark: string): string | undefined {
  const begun = text.trimStart();
  return begun.startsWith(mark) ? begun.slice(mark.length) : undefined;
}

function scalar(
  value: ScalarNode['value'],
  text: string,
  style: ScalarNode['style'],
  source: Source,
): ScalarNode {
  return {type: 'scalar', value, text, style, raw: false, source};
}
