import type {Node} from './node.ts';
import type {SyntaxProblem} from './syntax.ts';

/** The document with a mark at every value that one of these mistakes is in. */
export function spoil(root: Node | undefined, problems: readonly SyntaxProblem[]): Node | undefined {
  if (root === undefined || problems.length === 0) return root;
  const spoilt = new Set(problems.map(({diagnostic}) => meantBy(diagnostic, [...valuesIn(root)])));
  return marked(root, spoilt);
}

/** Every value below, in the order in which they stand. */
function* valuesIn(node: Node): Iterable<Node> {
  for (const value of partsOf(node)) {
    yield value;
    yield* valuesIn(value);
  }
}

function partsOf(node: Node): readonly Node[] {
  if (node.type === 'scalar') return [];
  return node.type === 'list' ? node.items : node.entries.map(({value}) => value);
}

/** A tag stands before its value; anything else in it, or right behind it. */
function meantBy({code, source}: SyntaxProblem['diagnostic'], values: readonly Node[]): Node | undefined {
  if (source === undefined) return undefined;
  const sameLine = values.filter((value) => value.source.line === source.line);
  return code === 'SRC006'
    ? sameLine.find((value) => value.source.column >= source.column)
    : sameLine.findLast((value) => value.source.column <= source.column);
}

function marked(node: Node, spoilt: ReadonlySet<Node | undefined>): Node {
  if (spoilt.has(node)) return {...node, mistaken: true};
  switch (node.type) {
    case 'scalar':
      return node;
    case 'list':
      return {...node, items: node.items.map((item) => marked(item, spoilt))};
    case 'map':
      return {...node, entries: node.entries.map((one) => ({...one, value: marked(one.value, spoilt)}))};
  }
}
