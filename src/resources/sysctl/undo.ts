import type {Kept, Refusal, TakenBack, Undoing} from '../contract.ts';
import {type SysctlChange, sysctlRef, sysctlWant} from './state.ts';

/** The value that the kernel had; what it gets at boot is in a file, which is taken back by itself. */
export const undoSysctl: Undoing<SysctlChange> = {
  note: ({ref, attributes}) => ({id: ref.id, attributes}),
  reads: (kept) => [sysctlRef(kept.id)],
  takeBack({id, attributes}: Kept): TakenBack | Refusal {
    const value = attributes.find(({name}) => name === 'value');
    if (typeof value?.before !== 'string' || typeof value.after !== 'string')
      return {refused: `which value ${id} had before is not kept`};
    return {left: sysctlWant(id, value.after), back: [sysctlWant(id, value.before)]};
  },
};
