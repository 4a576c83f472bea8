import {toText} from '../../text/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import type {Edit} from '../text-edit.ts';
import type {AuthorizedKeyArguments} from './schema.ts';

export interface PublicKey {
  readonly options: string;
  readonly type: string;
  readonly key: string;
  readonly comment: string;
}

/** Options may have blanks within quotes. @see sshd(8) "AUTHORIZED_KEYS FILE FORMAT" */
const keyPattern =
  /^(?:((?:[^\s"]|"(?:\\"|[^"])*")+)\s+)??((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$/;

/** The keys of a text, one a line; undefined for a line that is none. Comments and empty lines are passed over. */
export function keysOf(text: string): readonly (PublicKey | undefined)[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(keyOf);
}

function keyOf(words: string): PublicKey | undefined {
  const [, options = '', type, key, comment = ''] = keyPattern.exec(words.trim()) ?? [];
  return type === undefined || key === undefined ? undefined : {options, type, key, comment};
}

type Rules = Pick<AuthorizedKeyArguments, 'key_options' | 'comment' | 'exclusive'>;

/** Each key is there once. One that is there keeps its options and comment, unless others are wanted. */
export function withKeys(keys: readonly PublicKey[], rules: Rules): Edit {
  return (before) => {
    const missing = [...keys];
    const kept = splitLines(before).flatMap((line): readonly Line[] => {
      const there = keyOf(wordsOf(line));
      if (!there) return [line];
      const index = missing.findIndex((one) => same(one, there));
      if (index < 0) return rules.exclusive || keys.some((one) => same(one, there)) ? [] : [line];
      const [wanted] = missing.splice(index, 1);
      const words = wanted ? written(wanted, there, rules) : wordsOf(line);
      return [words === wordsOf(line) ? line : lineOf(toText(words), line)];
    });
    const added = missing.map((one) => lineOf(toText(written(one, undefined, rules))));
    return joinLines(insertLines(kept, kept.length, added));
  };
}

/** None of these keys is there. */
export function withoutKeys(keys: readonly PublicKey[]): Edit {
  return (before) =>
    joinLines(
      splitLines(before).filter((line) => {
        const there = keyOf(wordsOf(line));
        return !there || !keys.some((one) => same(one, there));
      }),
    );
}

function same(a: PublicKey, b: PublicKey): boolean {
  return a.type === b.type && a.key === b.key;
}

function written(wanted: PublicKey, there: PublicKey | undefined, rules: Rules): string {
  const options = rules.key_options ?? (wanted.options || there?.options);
  const comment = rules.comment ?? (wanted.comment || there?.comment);
  return [options, wanted.type, wanted.key, comment].filter((one) => one).join(' ');
}
