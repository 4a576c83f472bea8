import {joinTexts, matching, type Text, toText} from '../text/index.ts';
import type {ArgumentProblem} from './contract.ts';

/** Flags that stand at the front of a pattern in Python, and are JavaScript's too. */
const leadingFlags = /^\(\?([ims]+)\)/;

/**
 * A regular expression as tasks write it: JavaScript's, with the flag `u`. What Python spells in another way and means
 * the same is taken too: flags in front as `(?i)`, `(?P<name>…)`, a backslash before any sign.
 * @throws SyntaxError when it is none
 * @see https://tc39.es/ecma262/#sec-patterns
 */
export function patternOf(source: string, flags = ''): RegExp {
  const leading = leadingFlags.exec(source)?.[1] ?? '';
  const pattern = source
    .replace(leadingFlags, '')
    .replaceAll(/\\(.)/gsu, (whole, sign: string) => (needsNoEscape(sign) ? hexadecimal(sign) : whole))
    .replaceAll(/\(\?P<(\w+)>/g, '(?<$1>')
    .replaceAll(/\(\?P=(\w+)\)/g, '\\k<$1>');
  return new RegExp(pattern, [...new Set(`${flags}${leading}u`)].join(''));
}

/**
 * Does what looks for a pattern in texts, all of it within a second.
 * @param pattern nothing, where it is looked for something else
 * @throws MatchingTakesTooLong
 */
export function searching<T>(pattern: string | undefined, texts: readonly string[], search: () => T): T {
  if (pattern === undefined) return search();
  const longest = texts.reduce((length, text) => Math.max(length, text.length), 0);
  return matching(pattern, longest, search);
}

function needsNoEscape(sign: string): boolean {
  return /^[ -~]$/.test(sign) && !/[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(sign);
}

function hexadecimal(sign: string): string {
  return `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** What is wrong with an argument that has to be a pattern. */
export function patternProblems(
  argument: string,
  source: string | undefined,
  options: {readonly ofLines?: boolean} = {},
): readonly ArgumentProblem[] {
  if (source === undefined) return [];
  const ends = /\\([AZz])/.exec(source.replaceAll('\\\\', ''))?.[1];
  if (ends !== undefined)
    return [
      {
        argument,
        message: `has \\${ends}, which JavaScript's patterns do not know`,
        hint: `write ${ends === 'A' ? '^' : '$'}`,
      },
    ];
  if (options.ofLines && /(?:^|[^\\])(?:\\\\)*\\n/.test(source))
    return [{argument, message: 'has a \\n, but a line is looked at without its end', hint: 'leave it out'}];
  try {
    patternOf(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.split(': ').at(-1) ?? '';
    return [
      {
        argument,
        message: `is not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
        hint: 'patterns are those of JavaScript, with the flag u',
      },
    ];
  }
  return [];
}

/**
 * A replacement with its references put in: `\1`, `\g<1>`, `\g<name>`, and `\\` for a backslash. A secret in it is
 * taken as it is.
 */
export function expand(replacement: Text, match: RegExpExecArray): Text {
  return joinTexts(
    replacement.map((part) => (typeof part === 'string' ? toText(expandPlain(part, match)) : [part])),
  );
}

const reference = /\\(?:([1-9][0-9]?)|g<(\w+)>|(\\)|(n)|(t))/g;

function expandPlain(text: string, match: RegExpExecArray): string {
  return text.replaceAll(
    reference,
    (_whole, digits?: string, name?: string, backslash?: string, newline?: string) => {
      if (backslash !== undefined) return '\\';
      if (digits === undefined && name === undefined) return newline === undefined ? '\t' : '\n';
      const group = digits ?? name ?? '';
      return (/^\d+$/.test(group) ? match[Number(group)] : match.groups?.[group]) ?? '';
    },
  );
}

/** References of a replacement to groups that the pattern does not have. */
export function referenceProblems(
  argument: string,
  replacement: Text,
  source: string,
): readonly ArgumentProblem[] {
  const groups = new RegExp(`${patternOf(source).source}|`, 'u').exec('');
  const count = (groups?.length ?? 1) - 1;
  for (const part of replacement) {
    if (typeof part !== 'string') continue;
    for (const [, digits, name] of part.matchAll(reference)) {
      const group = digits ?? name;
      if (group === undefined) continue;
      const isThere = /^\d+$/.test(group)
        ? Number(group) <= count
        : groups?.groups && Object.hasOwn(groups.groups, group);
      if (!isThere)
        return [{argument, message: `names the group '${group}', which the pattern does not have`}];
    }
  }
  return [];
}
