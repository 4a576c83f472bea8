import type {ControlModule} from '../contract.ts';

export const meta: ControlModule = {
  type: 'control',
  name: 'meta',
  summary: 'Tells the engine to do something now, such as running the handlers that are owed',
  scope: 'host',
  shorthand: 'action',
};
