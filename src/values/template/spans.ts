import {offsetOf} from '../position.ts';
import type {Span} from '../problem.ts';

/** The places of a path's last members: they are on one line, and searched from its end. */
export function memberSpansOf(members: readonly string[], text: string, path: Span): readonly Span[] {
  if (members.length === 0) return [];
  const start = offsetOf(text, path);
  let end = start + path.length;
  const spans = members.toReversed().map((member): Span => {
    const found = text.lastIndexOf(member, end - member.length);
    if (found < start) return path;
    end = found;
    return {line: path.line, column: path.column + (found - start), length: member.length};
  });
  return spans.toReversed();
}
