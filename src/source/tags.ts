import {isMap, isSeq, type Tags} from 'yaml';
import {didYouMean} from '../errors/index.ts';
import {quoteYaml} from './places.ts';

/**
 * `!raw`: what follows is never a template. On a map or list it holds for all that is inside.
 * `!age`, and `!vault` of ansible-vault: what follows is encrypted.
 */
export const ownTags: Tags = [
  {tag: '!age', resolve: (text: string) => text},
  {tag: '!vault', resolve: (text: string) => text},
  {tag: '!raw', resolve: (text: string) => text},
  {tag: '!raw', collection: 'map', resolve: (node) => (isMap(node) ? node : undefined)},
  {tag: '!raw', collection: 'seq', resolve: (node) => (isSeq(node) ? node : undefined)},
];

/**
 * What the author of an unknown tag most likely wanted.
 * @param written from the exclamation mark to the end of the value's line
 */
export function tagHint(written: string): string {
  const tag = /^!\S*/.exec(written)?.[0] ?? written;
  if (tag === '!unsafe') return "write '!raw' for a text that is never a template";
  if (tag === '!vault' || tag === '!age')
    return 'a single text is encrypted, not a map or list: encrypt the whole file, with vprov secrets encrypt';
  if (tag.startsWith('!!')) return 'leave the tag out: values are typed by YAML 1.2, quote what is a text';
  const near = didYouMean(tag, ['!raw', '!age', '!vault']);
  if (near !== undefined) return near;
  return `a condition says 'not': ${quoteYaml(`not ${written.slice(1).trim()}`).slice(1, -1)}; a text is quoted: ${quoteYaml(written)}`;
}
