import type {ControlModule} from '../contract.ts';

export const fail: ControlModule = {
  type: 'control',
  name: 'fail',
  summary: 'Fails with a message',
  scope: 'host',
  shorthand: 'msg',
};
