import type {ResourceKind} from '../contract.ts';
import {diffUnit, unreachedUnit} from './diff.ts';
import {parseUnits} from './parse.ts';
import {effectsOfUnit, predictUnit} from './predict.ts';
import {probeUnits} from './probe.ts';
import {reactUnit} from './react.ts';
import {readsOfUnit, refuseUnit} from './refuse.ts';
import type {UnitDesired, UnitState} from './state.ts';
import {explainUnit, stepsForUnit} from './steps.ts';

export {lastWordsOf} from './steps.ts';

import {undoUnit} from './undo.ts';

/** systemd's units. The id is the full name, as `vault.service`. */
export const unit: ResourceKind<'unit', UnitState, UnitDesired> = {
  kind: 'unit',
  probe: probeUnits,
  parse: parseUnits,
  reads: readsOfUnit,
  refuse: refuseUnit,
  diff: (before, want) => diffUnit(before, want),
  steps: (change) => stepsForUnit(change),
  effects: effectsOfUnit,
  predict: predictUnit,
  react: reactUnit,
  unreached: (change, after) => unreachedUnit(change, after),
  explain: explainUnit,
  undo: undoUnit,
};

export {isUnitName, type UnitDesired, type UnitState, type UnitWant, unitRef, unitWant} from './state.ts';
