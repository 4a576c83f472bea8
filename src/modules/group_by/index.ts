import type {ControlModule} from '../contract.ts';

export const groupBy: ControlModule = {
  type: 'control',
  name: 'group_by',
  summary: 'Puts the host into a group, for the rest of this run',
  scope: 'host',
  result: {add_group: {type: 'string'}, parent_groups: {type: 'array', items: {type: 'string'}}},
};
