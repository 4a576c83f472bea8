import {structuredPatch} from 'diff';
import type {Attribute, Change, Content, Observed, PathState} from '../resources/index.ts';
import {refKey} from '../resources/index.ts';
import {holdsSecret, mask} from '../text/index.ts';
import type {ChangeReport} from './events.ts';

const contextLines = 3;

const hidden = '‹hidden›';

/** A change as it may be shown: attributes, and the diff of its text where there is one. */
export function reportOf(change: Change, withDiff: boolean): ChangeReport {
  const diff = withDiff ? diffOf(change) : undefined;
  return {
    ref: refKey(change.ref),
    attributes: isSensitive(change) ? change.attributes.map(withoutDigests) : change.attributes,
    ...(diff ? {diff} : {}),
    ...(change.want.impact ? {impact: change.want.impact} : {}),
  };
}

/** What is secret in its contents is known by its place, or by the task's own word. */
function isSensitive({want}: Change): boolean {
  const text = typeof want.after === 'object' ? (want.after as {content?: Content}).content?.text : undefined;
  return want.sensitive === true || (text !== undefined && holdsSecret(text));
}

/** Whoever knows a part of the digest of what holds a short secret can try them all. */
function withoutDigests(attribute: Attribute): Attribute {
  if (attribute.name !== 'content') return attribute;
  const {before, after} = attribute;
  return {
    ...attribute,
    ...(before === undefined ? {} : {before: hidden}),
    ...(after === undefined ? {} : {after: hidden}),
  };
}

/**
 * Unified diff of a file's text. Of a sensitive file, the lines of `before` that are not also lines of `after` as it is shown
 * are hidden: the old secret is unknown to any redactor.
 */
function diffOf(change: Change): string | undefined {
  const content = contentOf(change);
  if (!content) return undefined;
  const sensitive = isSensitive(change);
  if (content.isAtMost) return '(a program that is not fetched yet)';
  if (!content.text) {
    if (sensitive) return `(${content.sizeBytes} bytes, not shown: they may hold a secret)`;
    return `(binary or large: ${content.sizeBytes} bytes, sha256 ${content.sha256.slice(0, 12)})`;
  }
  const before = textOf(change.before);
  if (before === undefined) return '(what is there now is too large or not text: not shown)';
  const after = mask(content.text);
  return patch(change.ref.id, sensitive ? hideUnknownLines(before, after) : before, after);
}

function contentOf(change: Change): Content | undefined {
  if (!change.attributes.some((attribute) => attribute.name === 'content')) return undefined;
  const after: object | 'absent' = change.want.after;
  if (typeof after === 'string' || !('content' in after)) return undefined;
  return after.content as Content | undefined;
}

function textOf(observed: Observed): string | undefined {
  if (observed.status === 'absent') return '';
  if (observed.status !== 'present') return undefined;
  const state = observed.state as Partial<PathState>;
  // Contents that change at a link are those of what it leads to.
  const {text, marked} = state.type === 'link' ? (state.followed ?? {}) : state;
  return marked ? mask(marked) : text;
}

/** @param after with its secrets masked */
function hideUnknownLines(before: string, after: string): string {
  const known = new Set(after.split('\n'));
  return before
    .split('\n')
    .map((line) => (known.has(line) ? line : '‹hidden: may hold an old secret›'))
    .join('\n');
}

function patch(path: string, before: string, after: string): string {
  const {hunks} = structuredPatch(path, path, before, after, '', '', {context: contextLines});
  const lines = hunks.flatMap((hunk) => [
    `@@ -${rangeOf(hunk.oldStart, hunk.oldLines)} +${rangeOf(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
  return [`--- ${path} (now)`, `+++ ${path} (wanted)`, ...lines].join('\n');
}

/** A range of no lines is named by the line before it. @see POSIX.1-2017 diff, "Diff -u or -U Output Format" */
function rangeOf(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`;
}
