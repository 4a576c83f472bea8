import {keepMap, keptMap} from '../cache/index.ts';
import type {Node} from './node.ts';
import type {Parsed} from './yaml.ts';

/** What was read of the files of one playbook and its roles, kept from one run to the next. */
export interface KeptDocuments {
  /** What the text came to before, or what `read` makes of it now. */
  recall(file: string, text: string, read: () => Parsed): Parsed;
  /** Keeps what was recalled, in place of what was kept before, where that is something else. */
  close(): void;
  /** All texts that stand in what is kept. */
  texts(): ReadonlySet<string>;
}

/** A file's text and what stands in it. */
interface Document {
  readonly text: string;
  readonly node: Node;
}

/**
 * The documents that were kept in a file of the user's cache. A text is taken for what it was read as before where not a
 * character of it is another; what has a mistake or a secret in it is read each time, and never kept.
 * @param file below `$XDG_CACHE_HOME/vprov`, in a folder of its own
 * @param program the program's digest: another one may read the same text in another way
 */
export function openDocuments(file: string, program: string): KeptDocuments {
  const before = keptMap<Document>(file, program);
  const now = new Map<string, Document>();
  return {
    recall(name, text, read) {
      const known = now.get(name) ?? before.get(name);
      if (known?.text === text) {
        now.set(name, known);
        return {node: known.node, diagnostics: []};
      }
      const parsed = read();
      const {node, diagnostics} = parsed;
      if (node && diagnostics.length === 0 && !holdsSecret(node)) now.set(name, {text, node});
      return parsed;
    },
    close() {
      const isSame = now.size === before.size && [...now].every(([name, one]) => before.get(name) === one);
      if (!isSame) keepMap(file, program, now);
    },
    texts() {
      const texts = new Set<string>();
      for (const {node} of now.values()) collectTexts(node, texts);
      return texts;
    },
  };
}

function collectTexts(node: Node, texts: Set<string>): void {
  switch (node.type) {
    case 'scalar':
      if (typeof node.value === 'string') texts.add(node.value);
      return;
    case 'list':
      for (const item of node.items) collectTexts(item, texts);
      return;
    case 'map':
      for (const {value} of node.entries) collectTexts(value, texts);
  }
}

function holdsSecret(node: Node): boolean {
  switch (node.type) {
    case 'scalar':
      return node.secret !== undefined;
    case 'list':
      return node.items.some(holdsSecret);
    case 'map':
      return node.entries.some(({value}) => holdsSecret(value));
  }
}
