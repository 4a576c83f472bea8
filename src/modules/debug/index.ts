import type {ControlModule} from '../contract.ts';

export const debug: ControlModule = {
  type: 'control',
  name: 'debug',
  summary: 'Shows a message or the value of an expression',
  scope: 'host',
  shorthand: 'msg',
};
