import type {ControlModule} from '../contract.ts';

export const includeVars: ControlModule = {
  type: 'control',
  name: 'include_vars',
  summary: 'Reads variables from a file, which is chosen when the play comes here',
  scope: 'host',
  shorthand: 'file',
};
