import {posix} from 'node:path';
import type {FoundPath} from '../../resources/index.ts';
import {patternOf} from '../pattern.ts';
import type {FindArguments} from './schema.ts';

/**
 * Whether what was found is what the task means.
 * @param nowSeconds of the host's own clock
 */
export function isMeant(found: FoundPath, args: FindArguments, nowSeconds: number): boolean {
  const {file_type: type = 'file', hidden = false, age, size} = args;
  const name = posix.basename(found.path);
  if (type !== 'any' && found.type !== type) return false;
  if (!hidden && name.startsWith('.')) return false;
  if (age !== undefined && !isWithin(nowSeconds - found.mtime, age, seconds)) return false;
  if (size !== undefined && !isWithin(found.sizeBytes, size, bytes)) return false;
  const {patterns = '*', excludes = []} = args;
  return fitsOne(name, patterns, args) && !fitsOne(name, excludes, args);
}

function fitsOne(
  name: string,
  patterns: string | readonly string[],
  {use_regex: isRegex}: FindArguments,
): boolean {
  return [patterns].flat().some((pattern) => wholeName(pattern, isRegex === true).test(name));
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
