import type {Node, ScalarNode} from '../src/source/index.ts';

/**
 * What a person wrote as YAML in blocks, as documentation shows it: one `key: value` a line. Scalars keep their text
 * (`0644`, `1.20`).
 * @param indent how many spaces stand before each line
 */
export function blockYaml(node: Node, indent: number): string {
  const lines = linesOf(node).map((line) => (line === '' ? '' : `${' '.repeat(indent)}${line}`));
  return lines.join('\n');
}

function linesOf(node: Node): readonly string[] {
  switch (node.type) {
    case 'scalar':
      return [scalar(node)];
    case 'list':
      return node.items.flatMap((item) => {
        const [first = '', ...rest] = linesOf(item);
        return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
      });
    case 'map':
      return node.entries.flatMap(({key, value}) => entryLines(key, value));
  }
}

function entryLines(key: string, value: Node): readonly string[] {
  if (isShort(value)) return [`${key}: ${flow(value)}`];
  return [`${key}:`, ...linesOf(value).map((line) => `  ${line}`)];
}

/** A scalar, or a list of a few words. */
function isShort(node: Node): boolean {
  if (node.type === 'scalar') return true;
  return node.type === 'list' && node.items.every(isWord) && flow(node).length <= 60;
}

/** What may stand between brackets and commas. */
function isWord(node: Node): boolean {
  return node.type === 'scalar' && !(node.style === 'plain' && /[,[\]{}]/.test(node.text));
}

function flow(node: Node): string {
  if (node.type === 'list') return `[${node.items.map(flow).join(', ')}]`;
  if (node.type === 'scalar') return scalar(node);
  throw new Error('a map is written in lines');
}

function scalar({text, style}: ScalarNode): string {
  if (style === 'plain') return text;
  return text.includes('\n') ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
