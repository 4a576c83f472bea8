import type {ControlModule} from '../contract.ts';

export const assert: ControlModule = {
  type: 'control',
  name: 'assert',
  summary: 'Fails unless conditions hold',
  scope: 'host',
  shorthand: 'that',
};
