import type {ControlModule} from '../contract.ts';

export const setFact: ControlModule = {
  type: 'control',
  name: 'set_fact',
  summary: 'Sets variables of this host for the rest of the run',
  scope: 'host',
};
