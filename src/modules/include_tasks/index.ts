import type {ControlModule} from '../contract.ts';

export const includeTasks: ControlModule = {
  type: 'control',
  name: 'include_tasks',
  summary: 'Runs the tasks of another file, which is chosen when the play comes here',
  scope: 'host',
  shorthand: 'file',
};
