import type {ControlModule} from '../contract.ts';

export const includeRole: ControlModule = {
  type: 'control',
  name: 'include_role',
  summary: 'Runs the tasks of a role, which is chosen when the play comes here',
  scope: 'host',
};
