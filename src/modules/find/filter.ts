import {posix} from 'node:path';
import type {FoundPath} from '../../resources/index.ts';
import {patternOf, searching} from '../pattern.ts';
import type {FindArguments} from './schema.ts';

/**
 * Of what was found, what the task means.
 * @param nowSeconds of the host's own clock
 * @throws MatchingTakesTooLong
 */
export function meant(
  found: readonly FoundPath[],
  args: FindArguments,
  nowSeconds: number,
): readonly FoundPath[] {
  const {patterns = '*', excludes = []} = args;
  const others = found.filter((one) => isMeant(one, args, nowSeconds));
  const names = [...new Set(others.map(({path}) => posix.basename(path)))];
  const included = fitting(names, [patterns].flat(), args);
  const excluded = fitting(names, [excludes].flat(), args);
  return others.filter(({path}) => {
    const name = posix.basename(path);
    return included.has(name) && !excluded.has(name);
  });
}

/** Whether it is what the task means, apart from its name. */
function isMeant(found: FoundPath, args: FindArguments, nowSeconds: number): boolean {
  const {file_type: type = 'file', hidden = false, age, size} = args;
  const name = posix.basename(found.path);
  if (type !== 'any' && found.type !== type) return false;
  if (!hidden && name.startsWith('.')) return false;
  if (age !== undefined && !isWithin(nowSeconds - found.mtime, age, seconds)) return false;
  return size === undefined || isWithin(found.sizeBytes, size, bytes);
}

/** The names that fit one of the patterns. */
function fitting(
  names: readonly string[],
  patterns: readonly string[],
  {use_regex: isRegex = false}: FindArguments,
): ReadonlySet<string> {
  return new Set(
    patterns.flatMap((pattern) => {
      const expression = wholeName(pattern, isRegex);
      return searching(pattern, names, () => names.filter((name) => expression.test(name)));
    }),
  );
}

/** A pattern for a whole name. @throws SyntaxError when it is none */
export function wholeName(pattern: string, isRegex: boolean): RegExp {
  return patternOf(`^(?:${isRegex ? pattern : fromGlob(pattern)})$`, 's');
}

/** @see POSIX.1-2017, Shell Command Language, 2.13 "Pattern Matching Notation" */
function fromGlob(glob: string): string {
  return glob.replaceAll(/\[(!?)([^\]]+)\]|[\s\S]/gu, (sign, not?: string, set?: string) => {
    if (set !== undefined) return `[${not ? '^' : ''}${set.replaceAll(/[\\[\]^]/g, '\\$&')}]`;
    if (sign === '*') return '.*';
    if (sign === '?') return '.';
    return sign.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
}

const seconds: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800};
const bytes: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

function isWithin(value: number, written: string, units: Readonly<Record<string, number>>): boolean {
  const [, minus, digits = '0', unit = ''] = /^(-?)(\d+)([a-z]?)$/.exec(written) ?? [];
  const limit = Number(digits) * (units[unit] ?? 1);
  return minus ? value <= limit : value >= limit;
}
