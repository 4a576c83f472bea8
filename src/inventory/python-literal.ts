import type {Source} from '../errors/index.ts';
import type {MapEntry, Node, ScalarNode} from '../source/index.ts';

/** What a text begins with, and what is behind it. */
interface Read {
  readonly node: Node;
  readonly rest: string;
}

/**
 * A literal of Python: numbers, texts, True, False, None, lists, tuples, maps. Undefined for a text that is none, which
 * Ansible takes as it is. Here true, false and null in small letters are as in JSON.
 * @see https://docs.python.org/3/library/ast.html#ast.literal_eval
 */
export function pythonLiteral(text: string, source: Source): Node | undefined {
  const read = valueAt(text, source);
  return read && read.rest.trim() === '' ? read.node : undefined;
}

const words: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);

function valueAt(text: string, source: Source): Read | undefined {
  const begun = text.trimStart();
  switch (begun[0]) {
    case '[':
      return itemsAt(begun.slice(1), ']', source);
    case '(':
      return itemsAt(begun.slice(1), ')', source);
    case '{':
      return entriesAt(begun.slice(1), source);
    case '"':
    case "'":
      return textAt(begun, source);
  }
  const [word] = /^\w+/.exec(begun) ?? [];
  const constant = word === undefined ? undefined : words.get(word);
  if (word !== undefined && constant !== undefined)
    return {node: scalar(constant, word, 'plain', source), rest: begun.slice(word.length)};
  const [number] = /^[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.])/.exec(begun) ?? [];
  if (number === undefined) return undefined;
  return {node: scalar(Number(number), number, 'plain', source), rest: begun.slice(number.length)};
}

function itemsAt(text: string, end: string, source: Source): Read | undefined {
  const items: Node[] = [];
  for (let rest = text; ; ) {
    const over = behind(rest, end);
    if (over !== undefined) return {node: {type: 'list', items, source}, rest: over};
    const item = valueAt(rest, source);
    const next = item && nextOf(item.rest, end);
    if (!item || next === undefined) return undefined;
    items.push(item.node);
    rest = next;
  }
}

function entriesAt(text: string, source: Source): Read | undefined {
  const entries: MapEntry[] = [];
  for (let rest = text; ; ) {
    const over = behind(rest, '}');
    if (over !== undefined) return {node: {type: 'map', entries, source}, rest: over};
    const key = valueAt(rest, source);
    const colon = key?.node.type === 'scalar' ? behind(key.rest, ':') : undefined;
    const value = colon === undefined ? undefined : valueAt(colon, source);
    const next = value && nextOf(value.rest, '}');
    if (key?.node.type !== 'scalar' || !value || next === undefined) return undefined;
    entries.push({key: key.node.text, keySource: source, value: value.node});
    rest = next;
  }
}

/** Behind a comma, or at the end that is to come. */
function nextOf(text: string, end: string): string | undefined {
  return behind(text, ',') ?? (behind(text, end) === undefined ? undefined : text);
}

function behind(text: string, mark: string): string | undefined {
  const begun = text.trimStart();
  return begun.startsWith(mark) ? begun.slice(mark.length) : undefined;
}

const escapes: Readonly<Record<string, string>> = {n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"'};

function textAt(text: string, source: Source): Read | undefined {
  const [whole, , inner = ''] = /^(["'])((?:\\.|(?!\1)[^\\])*)\1/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // An escape that Python does not know stays as it is.
  const value = inner.replace(/\\(.)/g, (written, letter: string) => escapes[letter] ?? written);
  return {node: scalar(value, value, 'quoted', source), rest: text.slice(whole.length)};
}

function scalar(
  value: ScalarNode['value'],
  text: string,
  style: ScalarNode['style'],
  source: Source,
): ScalarNode {
  return {type: 'scalar', value, text, style, raw: false, source};
}
