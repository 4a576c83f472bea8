import {type Text, toText, Unknown, UnknownRead} from '../../text/index.ts';
import type {Observed, Refusal} from '../contract.ts';
import {managed} from './managed.ts';
import {textLimitBytes} from './probe.ts';
import type {PathState} from './state.ts';

/**
 * The text of a file, asked for by the facet `text`, as what edits it starts from. `undefined`: there is no file at the
 * path (nothing, or something else), which the want of a file then judges.
 * @param follow the path may be a link: what it leads to counts
 * @throws UnknownRead when the text depends on changes not yet made
 */
export function textAt(
  id: string,
  observed: Observed<PathState>,
  follow: boolean,
): Text | Refusal | undefined {
  if (observed.status === 'unreadable') return {refused: `${id} cannot be read: ${observed.reason}`};
  const {path, state} = managed(id, observed, {type: 'file', follow});
  if (state?.type !== 'file') return undefined;
  if (state.marked) return state.marked;
  if (state.text !== undefined) return toText(state.text);
  switch (state.textOmitted) {
    case 'too large':
      return {
        refused: `${path} has more than ${textLimitBytes / 1024} KiB: it is too large to be edited line by line`,
        hint: 'copy or template puts a whole file in its place',
      };
    case 'not text':
      return {refused: `${path} is not text in UTF-8: it cannot be edited line by line`};
    case undefined:
      throw new UnknownRead(new Unknown(`the text of ${path} depends on changes not yet made`));
  }
}
