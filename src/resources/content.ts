import {createHash} from 'node:crypto';
import type {Secret} from '../text/index.ts';
import {reveal, type Text, toText} from '../text/index.ts';
import type {Content} from './contract.ts';

/** Largest content that rides inline in a request; what is larger goes through an exec channel. */
export const inlineLimitBytes = 32 * 1024;

/**
 * A text as content, its digest taken with secrets opened.
 * @param from the local file that it was read from
 */
export function contentOf(value: string | Secret | Text, from?: string): Content {
  const text = toText(value);
  let measured: {readonly sha256: string; readonly sizeBytes: number} | undefined;
  // Validation makes the contents of every host, and compares none of them with anything.
  const measure = () => {
    const bytes = Buffer.from(reveal(text));
    measured ??= {sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length};
    return measured;
  };
  return {
    get sha256() {
      return (measured ?? measure()).sha256;
    },
    get sizeBytes() {
      return (measured ?? measure()).sizeBytes;
    },
    text,
    ...(from === undefined ? {} : {from}),
  };
}
