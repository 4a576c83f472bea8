import type {Action} from '../contract.ts';
import {checkDeny, deniedBuilds} from '../release-deny.ts';
import {checkSite} from '../release-site.ts';
import type {ReleaseInfoArguments} from './schema.ts';

export const releaseInfo: Action<ReleaseInfoArguments> = {
  type: 'action',
  name: 'release_info',
  summary: "Says which version of a program's release all members of a cluster run",
  scope: 'host',
  local: true,
  check: (args) => [...checkSite(args), ...checkDeny(args)],
  result: {version: {type: 'string'}},
  inputs: ({name, version, group, deny, fetch = false, site, key, allow_expired_key, inspect}) => [
    {
      name: 'release',
      type: 'release',
      product: name,
      version,
      program: fetch,
      ...(group === undefined ? {} : {group}),
      ...(deny === undefined ? {} : {deny: deniedBuilds(deny)}),
      ...(site === undefined ? {} : {site}),
      ...(key === undefined ? {} : {keyFile: key}),
      ...(allow_expired_key === undefined ? {} : {allowExpiredKey: allow_expired_key}),
      ...(inspect === undefined ? {} : {inspect}),
    },
  ],
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act(_args, _ports, inputs) {
    return {changed: false, result: {version: inputs.release('release').version}};
  },
};
