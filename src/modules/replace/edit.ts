import {holdsSecret, joinTexts, reveal, type Text, toText, Unknown, UnknownRead} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {expand, patternOf, searching} from '../pattern.ts';
import type {Edit} from '../text-edit.ts';
import type {ReplaceArguments} from './schema.ts';

/**
 * Every match replaced. A text of this run in which a secret is marked is not searched: the marks would be lost, and the
 * secret shown.
 */
export function withReplacements(args: ReplaceArguments): Edit {
  const pattern = patternOf(args.regexp, 'gm');
  const replacement = asText(args.replace ?? '') ?? [];
  return (before) => {
    if (holdsSecret(before) && !holdsSecret(replacement))
      throw new UnknownRead(new Unknown('a task before puts a secret into the file, which is not searched'));
    const text = reveal(before);
    const {start, end} = sectionOf(text, args);
    const parts: Text[] = [toText(text.slice(0, start))];
    let done = start;
    const section = text.slice(start, end);
    for (const match of searching(args.regexp, [section], () => [...section.matchAll(pattern)])) {
      const at = start + match.index;
      parts.push(toText(text.slice(done, at)), expand(replacement, match));
      done = at + match[0].length;
    }
    return joinTexts([...parts, toText(text.slice(done))]);
  };
}

/** The part of the text in which is searched; an empty one where its bounds are not found. */
function sectionOf(
  text: string,
  {after, before}: Pick<ReplaceArguments, 'after' | 'before'>,
): {readonly start: number; readonly end: number} {
  const nothing = {start: 0, end: 0};
  let start = 0;
  if (after !== undefined) {
    const match = searching(after, [text], () => patternOf(after, 's').exec(text));
    if (!match) return nothing;
    start = match.index + match[0].length;
  }
  if (before === undefined) return {start, end: text.length};
  const rest = text.slice(start);
  const ends = searching(before, [rest], () => [...rest.matchAll(patternOf(before, 'gs'))]);
  const found = after === undefined ? ends.at(-1) : ends[0];
  return found ? {start, end: start + found.index} : nothing;
}
