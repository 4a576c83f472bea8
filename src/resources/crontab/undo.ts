import {sh} from '../../shell/index.ts';
import {contentOf} from '../content.ts';
import type {Attribute, Kept, Refusal, StateView, TakenBack, Undoing} from '../contract.ts';
import {type PathState, pathRef} from '../path/index.ts';
import {type CrontabChange, type CrontabState, contentOfWant, crontabRef, crontabWant} from './state.ts';

/** A crontab as it was, from the copy that is kept of it. */
export const undoCrontab: Undoing<CrontabChange> = {
  note: ({ref, attributes, before, want}) => ({
    id: ref.id,
    attributes: attributes.map((attribute): Attribute => ({...attribute, after: contentOfWant(want).sha256})),
    ...(before.status === 'present' ? {before: {exists: true}} : {}),
  }),
  keep: ({ref, before}) =>
    before.status === 'present'
      ? sh`if crontab -u ${ref.id} -l >"$v" 2>/dev/null; then k=copied; else rm -f "$v"; fi`
      : undefined,
  reads: (kept) => [
    crontabRef(kept.id),
    ...(kept.before === undefined ? [] : [pathRef(kept.version, ['text'])]),
  ],
  takeBack(kept: Kept, view: StateView): TakenBack | Refusal {
    const left = crontabWant(kept.id, contentLeft(kept, view));
    // A crontab without lines is as good as none.
    if (kept.before === undefined) return {left, back: [crontabWant(kept.id, contentOf(''))]};
    const seen = view.get<PathState>(pathRef(kept.version, ['text']));
    const text = seen.status === 'present' ? seen.state.text : undefined;
    if (text === undefined) return {refused: `the crontab that ${kept.id} had before is not kept any more`};
    return {left, back: [crontabWant(kept.id, contentOf(text))]};
  },
};

/** What is there now, where it is what the run left; else something that is not. */
function contentLeft({id, attributes}: Kept, view: StateView) {
  const seen = view.get<CrontabState>(crontabRef(id));
  const text = seen.status === 'present' ? (seen.state.text ?? '') : '';
  const left = attributes.find(({name}) => name === 'content')?.after;
  const isLeft = contentOf(text).sha256 === left;
  return contentOf(isLeft ? text : `${text}# not what that run left\n`);
}
