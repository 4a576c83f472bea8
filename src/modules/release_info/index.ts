import type {Action} from '../contract.ts';
import type {ReleaseInfoArguments} from './schema.ts';

export const releaseInfo: Action<ReleaseInfoArguments> = {
  type: 'action',
  name: 'release_info',
  summary: "Says which version of a program's release all members of a cluster run",
  scope: 'host',
  local: true,
  result: {version: {type: 'string'}},
  inputs: ({name, version, group, deny}) => [
    {
      name: 'release',
      type: 'release',
      product: name,
      version,
      program: false,
      ...(group === undefined ? {} : {group}),
      ...(deny === undefined ? {} : {deny}),
    },
  ],
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act(_args, _ports, inputs) {
    return {changed: false, result: {version: inputs.release('release').version}};
  },
};
