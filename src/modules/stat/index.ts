import {type PathState, pathRef} from '../../resources/index.ts';
import type {ValueMap} from '../../values/index.ts';
import type {Action, ResultFields} from '../contract.ts';
import {lookAt} from '../look.ts';
import {pathFields} from '../path-fields.ts';
import type {StatArguments} from './schema.ts';

const text = {type: 'string'} as const;

const fields: ResultFields = {
  exists: {type: 'boolean'},
  ...pathFields,
  lnk_target: text,
  lnk_source: text,
  checksum: text,
};

export const stat: Action<StatArguments> = {
  type: 'action',
  name: 'stat',
  summary: 'Looks at a path: whether it is there, and what it is',
  scope: 'host',
  shorthand: 'path',
  result: {stat: {type: 'object', properties: fields, additionalProperties: false}},
  readOnly: () => true,
  guard: () => ({run: true}),
  effects: () => ({type: 'none'}),

  async act({path, follow = false, get_checksum: hashes = true}, ports) {
    const observed = await lookAt<PathState>(
      pathRef(path, ['meta', 'link', ...(hashes ? (['sha256'] as const) : [])]),
      ports,
    );
    switch (observed.status) {
      case 'absent':
        return {changed: false, result: {stat: {exists: false}}};
      case 'present': {
        const {state} = observed;
        const end = follow && state.type === 'link' ? state.followed : state;
        // A link that leads nowhere is not there for whoever follows it.
        return {changed: false, result: {stat: end ? factsOf(path, end) : {exists: false}}};
      }
      case 'unreadable':
      case 'unknown':
        return {changed: false, failed: `${path} cannot be looked at: ${observed.reason}`, result: {}};
    }
  },
};

/** Names as Ansible has them. */
function factsOf(path: string, state: Readonly<Partial<PathState>>): ValueMap {
  const {type, mode = '', uid, gid, owner, group, sizeBytes, mtime, links, target, followed, sha256} = state;
  return {
    exists: true,
    path,
    mode,
    isreg: type === 'file',
    isdir: type === 'directory',
    islnk: type === 'link',
    size: sizeBytes ?? 0,
    uid: uid ?? 0,
    gid: gid ?? 0,
    pw_name: owner ?? '',
    gr_name: group ?? '',
    mtime: mtime ?? 0,
    nlink: links ?? 1,
    ...(target === undefined ? {} : {lnk_target: target}),
    ...(type === 'link' && followed?.path ? {lnk_source: followed.path} : {}),
    ...(sha256 === undefined ? {} : {checksum: sha256}),
  };
}
