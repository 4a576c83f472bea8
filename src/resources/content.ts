import {createHash} from 'node:crypto';
import type {Secret} from '../text/index.ts';
import {reveal, type Text, toText} from '../text/index.ts';
import type {Content} from './contract.ts';

/** Largest content that rides inline in a request; what is larger goes through an exec channel. */
export const inlineLimitBytes = 32 * 1024;

/** A text as content, its digest taken with secrets opened. */
export function contentOf(value: string | Secret | Text): Content {
  const text = toText(value);
  const bytes = Buffer.from(reveal(text));
  return {sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, text};
}
