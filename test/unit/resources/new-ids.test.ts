import {describe, expect, it} from 'vitest';
import {type Change, groupRef, groupWant, kinds, pathRef, userRef} from '../../../src/resources/index.ts';

const newGroup: Change = {
  ref: groupRef('vault'),
  before: {status: 'absent'},
  want: groupWant('vault', {system: true}),
  attributes: [{name: 'exists', after: true}],
};

describe('what belongs to a number without a name, when a group is planned', () => {
  it.each([
    ['a path', 'path', pathRef('/etc/vault.d'), {type: 'directory', owner: 'root', group: '997'}],
    ['a user', 'user', userRef('vault'), {group: '997', gid: 997}],
  ] as const)('%s is unknown: the new group may get that number', (_name, kind, ref, state) => {
    expect(kinds.get(kind)?.react?.(ref, {status: 'present', state}, newGroup).status).toBe('unknown');
  });

  it('a path whose owners have names is as it was', () => {
    const observed = {status: 'present', state: {type: 'directory', owner: 'root', group: 'root'}} as const;
    expect(kinds.get('path')?.react?.(pathRef('/etc'), observed, newGroup)).toBe(observed);
  });
});
