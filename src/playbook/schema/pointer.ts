import {entryOf, type Node} from '../../source/index.ts';

/** The keys of a JSON pointer, as a fragment (`#/a/0`) or plain (`/a/0`). @see RFC 6901 */
export function pointerKeys(pointer: string): readonly string[] {
  return pointer
    .replace(/^#/, '')
    .split('/')
    .slice(1)
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The node that the keys lead to. */
export function nodeAt(node: Node, keys: readonly string[]): Node | undefined {
  let found: Node | undefined = node;
  for (const key of keys) {
    if (found?.type === 'map') found = entryOf(found, key)?.value;
    else found = found?.type === 'list' ? found.items[Number(key)] : undefined;
  }
  return found;
}
