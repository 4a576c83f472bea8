import {describe, expect, it} from 'vitest';
import {
  type Change,
  groupRef,
  groupWant,
  kinds,
  pathRef,
  underDoubt,
  userRef,
  userWant,
} from '../../../src/resources/index.ts';
import {nothingElse, present} from './view.ts';

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
    expect(kinds.get(kind)?.react?.(ref, {status: 'present', state}, newGroup, nothingElse).status).toBe(
      'unknown',
    );
  });

  it('a path whose owners have names is as it was', () => {
    const observed = {status: 'present', state: {type: 'directory', owner: 'root', group: 'root'}} as const;
    expect(kinds.get('path')?.react?.(pathRef('/etc'), observed, newGroup, nothingElse)).toBe(observed);
  });
});

describe('what belongs to a number without a name, when it is not known whether a group will come', () => {
  const seen = (group: string) =>
    underDoubt(
      pathRef('/srv/a'),
      {status: 'present', state: {type: 'file', owner: 'root', group}},
      groupRef('vault'),
      'it depends',
    );

  it('is unknown: the group may have that number', () => {
    expect(seen('997')).toEqual({status: 'unknown', reason: 'it depends'});
  });

  it('has its name where it has one', () => expect(seen('staff')).toMatchObject({status: 'present'}));
});

describe('whose primary group a group is, when users are planned', () => {
  const group = kinds.get('group');
  const made = (want: Change['want']): Change => ({
    ref: want.ref,
    before: {status: 'absent'},
    want,
    attributes: [{name: 'exists', after: true}],
  });

  it('is known of a group that a new user brings, and of one that it is given', () => {
    const brought = group?.react?.(
      groupRef('vault'),
      {status: 'absent'},
      made(userWant('vault', {})),
      nothingElse,
    );
    expect(brought).toEqual({status: 'present', state: {primaryOf: ['vault']}});
    const there = {status: 'present', state: {gid: 5, primaryOf: []}} as const;
    const given = group?.react?.(
      groupRef('staff'),
      there,
      made(userWant('vault', {group: 'staff'})),
      nothingElse,
    );
    expect(given).toEqual({status: 'present', state: {gid: 5, primaryOf: ['vault']}});
  });

  it('is nobody when the user is removed', () => {
    const removal: Change = {
      ref: userRef('vault'),
      before: {status: 'present', state: {}},
      want: userWant('vault', 'absent'),
      attributes: [{name: 'exists', before: true, after: false}],
    };
    const there = {status: 'present', state: {primaryOf: ['vault', 'other']}} as const;
    expect(group?.react?.(groupRef('staff'), there, removal, nothingElse)).toEqual({
      status: 'present',
      state: {primaryOf: ['other']},
    });
  });
});

describe('whose a path is', () => {
  const seen = (state: object, want: Change['want'], exists: boolean): unknown => {
    const change = {ref: want.ref, before: present({}), want, attributes: [{name: 'exists', after: exists}]};
    const found = kinds.get('path')?.react?.(pathRef('/srv/a'), present(state), change, nothingElse);
    return found?.status === 'present' ? found.state : found?.status;
  };

  it('when an account is planned to go is told by the number', () => {
    expect(seen({group: 'staff', gid: 50}, groupWant('staff', 'absent'), false)).toEqual({
      group: '50',
      gid: 50,
    });
    expect(seen({group: 'other', gid: 50}, groupWant('staff', 'absent'), false)).toEqual({
      group: 'other',
      gid: 50,
    });
    const own = {owner: 'pi', uid: 7, group: 'pi', gid: 8};
    expect(seen(own, userWant('pi', 'absent'), false)).toEqual({...own, owner: '7', group: undefined});
  });

  it('when an account with this number is planned is told by its name', () => {
    const state = {owner: 'root', uid: 0, group: '50', gid: 50};
    expect(seen(state, groupWant('staff', {gid: 50}), true)).toEqual({...state, group: 'staff'});
    expect(seen(state, groupWant('staff', {gid: 51}), true)).toEqual(state);
    expect(seen(state, groupWant('staff', {}), true)).toBe('unknown');
    expect(seen(state, userWant('pi', {uid: 51}), true)).toBe('unknown');
  });
});

describe('who has a number as a group', () => {
  const group = kinds.get('group');
  const held = {status: 'present', state: {holder: 'vault'}} as const;
  const holder = {kind: 'group', id: '#997', facets: ['state']} as const;
  const removal = (want: Change['want']): Change => ({
    ref: want.ref,
    before: {status: 'present', state: {}},
    want,
    attributes: [{name: 'exists', before: true, after: false}],
  });

  it('is unknown when the user of its name goes, of which nobody knows the number', () => {
    const gone = removal(userWant('vault', 'absent'));
    expect(group?.react?.(holder, held, gone, nothingElse)).toMatchObject({status: 'unknown'});
    const other = removal(userWant('other', 'absent'));
    expect(group?.react?.(holder, held, other, nothingElse)).toEqual(held);
  });

  it('is who it was when the group of a removed user stays', () => {
    const spared = removal({...userWant('vault', 'absent'), sparedGroup: {gid: 997}} as Change['want']);
    expect(group?.react?.(holder, held, spared, nothingElse)).toEqual(held);
  });
});
