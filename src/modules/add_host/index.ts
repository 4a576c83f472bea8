import type {ControlModule} from '../contract.ts';

export const addHost: ControlModule = {
  type: 'control',
  name: 'add_host',
  summary: 'Adds a host, or variables and groups of one, to the inventory of this run',
  scope: 'host',
  result: {
    add_host: {
      type: 'object',
      properties: {host_name: {type: 'string'}, groups: {type: 'array', items: {type: 'string'}}},
      required: ['host_name', 'groups'],
      additionalProperties: false,
    },
  },
};
