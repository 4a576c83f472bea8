import type {Attribute, Kept, Noted, TakenBack, Undoing} from '../contract.ts';
import {type UnitChange, type UnitDesired, type UnitState, unitRef, unitWant} from './state.ts';

/**
 * What lasts of a unit: whether it runs, is enabled, is masked. A restart was then, and is over, but for a unit that
 * did not run before: it was started. A reload is over.
 */
export const undoUnit: Undoing<UnitChange> = {
  note,
  reads: (kept) => [unitRef(kept.id)],
  takeBack(kept): TakenBack | undefined {
    const before = desiredBefore(kept);
    if (Object.keys(before).length === 0) return undefined;
    // Each is either as before or as the run left it (or was about to, where it failed): no host moves on from that.
    return {back: [unitWant(kept.id, before)]};
  },
};

function note({ref, attributes, before}: UnitChange): Noted {
  const ran = before.status === 'present' && before.state.active === true;
  const state: Partial<UnitState> = {active: ran};
  return {id: ref.id, attributes, before: {...state}};
}

const lasting = new Set(['active', 'enabled', 'masked']);

/** A unit that was not there neither ran nor was enabled. */
function desiredBefore({attributes, before}: Kept): UnitDesired {
  const known = attributes
    .filter(({name}) => lasting.has(name))
    .map((attribute: Attribute) => [attribute.name, attribute.before === true]);
  const isStart = attributes.some(({name}) => name === 'invocation') && before?.active === false;
  return {...Object.fromEntries(known), ...(isStart ? {active: false} : {})};
}
