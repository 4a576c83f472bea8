import type {Attribute, Kept, TakenBack, Undoing} from '../contract.ts';
import {type UnitChange, type UnitDesired, unitRef, unitWant} from './state.ts';

/** What lasts of a unit: whether it runs, is enabled, is masked. A restart or reload was then, and is over. */
export const undoUnit: Undoing<UnitChange> = {
  note: ({ref, attributes}) => ({id: ref.id, attributes}),
  reads: (kept) => [unitRef(kept.id)],
  takeBack(kept): TakenBack | undefined {
    if (lastingOf(kept).length === 0) return undefined;
    return {
      left: unitWant(kept.id, desired(kept, 'after')),
      back: [unitWant(kept.id, desired(kept, 'before'))],
    };
  },
};

function lastingOf(kept: Kept): readonly Attribute[] {
  return kept.attributes.filter(({name}) => name === 'active' || name === 'enabled' || name === 'masked');
}

/** A unit that was not there neither ran nor was enabled. */
function desired(kept: Kept, side: 'before' | 'after'): UnitDesired {
  return Object.fromEntries(lastingOf(kept).map((attribute) => [attribute.name, attribute[side] === true]));
}
