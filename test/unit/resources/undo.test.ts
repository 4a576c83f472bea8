import {describe, expect, it} from 'vitest';
import {isRefusal, type Kept, kinds, type Observed, type StateView} from '../../../src/resources/index.ts';

/** What is asked for and not named here is not there. */
function viewOf(states: Readonly<Record<string, object>>): StateView {
  return {
    get: ({kind, id}) => {
      const state = states[`${kind}:${id}`];
      return (state ? {status: 'present', state} : {status: 'absent'}) as Observed as never;
    },
  };
}

/** The wants, in short: what was left, and what is put back. */
function takenBack(
  kind: string,
  kept: Partial<Kept>,
  states: Readonly<Record<string, object>> = {},
): unknown {
  const whole: Kept = {id: 'x', attributes: [], version: '/backup/1', ...kept};
  const taken = kinds.get(kind)?.undo?.takeBack(whole, viewOf(states));
  if (!taken) return undefined;
  if (isRefusal(taken)) return taken.refused;
  return {
    ...(taken.left ? {left: taken.left.after} : {}),
    back: taken.back.map(({after}) => after),
    ...(taken.lost ? {lost: taken.lost} : {}),
  };
}

describe('a unit', () => {
  it('is started, enabled and masked as before; one that was not there was none of it', () => {
    const attributes = [
      {name: 'enabled', after: true},
      {name: 'active', before: true, after: false},
      {name: 'masked', before: false, after: true},
    ];
    expect(takenBack('unit', {id: 'a.service', attributes})).toEqual({
      back: [{enabled: false, active: true, masked: false}],
    });
  });

  it('has nothing to take back of a restart, a reload, or of what systemd read anew', () => {
    for (const name of ['invocation', 'reload', 'daemon_reload'])
      expect(takenBack('unit', {attributes: [{name, after: 'new'}], before: {active: true}})).toBeUndefined();
  });

  it('that a restart has started is stopped', () => {
    const attributes = [
      {name: 'enabled', before: false, after: true},
      {name: 'invocation', after: 'new'},
    ];
    expect(takenBack('unit', {id: 'a.service', attributes, before: {active: false}})).toEqual({
      back: [{enabled: false, active: false}],
    });
  });
});

describe('the new file of a unit', () => {
  const kept = {id: '/etc/systemd/system/a.service', attributes: [{name: 'type', after: 'file'}]};
  const undo = kinds.get('path')?.undo;
  const missing = (states: Readonly<Record<string, object>>): unknown => {
    const taken = undo?.takeBack({...kept, version: '/backup/1'}, viewOf(states));
    return taken && !isRefusal(taken) ? (taken.missing ?? 'goes') : taken;
  };

  it.each([
    [{}, 'goes'],
    [{active: false, enabled: false}, 'goes'],
    [
      {active: true, enabled: true},
      'unit a.service runs and is enabled: its file stays until it is stopped and disabled',
    ],
    [{active: false, enabled: true}, 'unit a.service is enabled: its file stays until it is disabled'],
  ])('goes only when that neither runs nor is enabled: %j', (state, expected) => {
    expect(missing(Object.keys(state).length === 0 ? {} : {'unit:a.service': state})).toBe(expected);
  });

  it('goes when there is another that stands behind it', () => {
    const states = {
      'unit:a.service': {active: true, enabled: true},
      'path:/usr/lib/systemd/system/a.service': {type: 'file'},
    };
    expect(missing(states)).toBe('goes');
  });

  it('asks for the unit', () => {
    expect(undo?.reads({...kept, version: '/backup/1'}, false).map(({kind, id}) => `${kind}:${id}`)).toEqual([
      'unit:a.service',
      'path:/usr/lib/systemd/system/a.service',
      'path:/lib/systemd/system/a.service',
    ]);
  });
});

describe('a user', () => {
  it('gets back what was changed, and is in the groups that it was in', () => {
    const attributes = [
      {name: 'shell', before: '/bin/sh', after: '/bin/bash'},
      {name: 'uid', before: 7, after: 8},
      {name: 'groups', before: 'a', after: 'a,b'},
    ];
    expect(takenBack('user', {attributes})).toEqual({
      left: {uid: 8, shell: '/bin/bash', groups: ['a', 'b'], onlyGroups: true},
      back: [{uid: 7, shell: '/bin/sh', groups: ['a'], onlyGroups: true}],
    });
  });

  it('that was removed comes back without a password', () => {
    const before = {uid: 7, gid: 8, group: 'x', groups: ['b'], home: '/h', shell: '/bin/sh', comment: ''};
    const removed = {attributes: [{name: 'exists', before: true, after: false}], before};
    const back = {uid: 7, groups: ['b'], home: '/h', shell: '/bin/sh', comment: ''};
    const lost = 'user x has no password any more: it was not kept';
    // The group of its name went along, and had a number of its own.
    expect(takenBack('user', removed)).toEqual({left: 'absent', back: [{gid: 8}, back], lost});
    expect(takenBack('user', removed, {'group:x': {gid: 8}})).toEqual({left: 'absent', back: [back], lost});
    // There was none to lose.
    expect(takenBack('user', {...removed, kept: 'without'})).toEqual({
      left: 'absent',
      back: [{gid: 8}, back],
    });
  });

  const made = {attributes: [{name: 'exists', after: true}]};
  it('that was made goes, with a home that came with it and has nothing of its own', () => {
    const states = {'user:x': {home: '/home/x'}, 'folder:/home/x': {names: ['.profile'], own: []}};
    expect(takenBack('user', {...made, kept: 'new-home'}, states)).toEqual({
      left: {},
      back: ['absent', 'absent'],
    });
    expect(takenBack('user', {...made, kept: 'home'}, states)).toEqual({left: {}, back: ['absent']});
  });

  it('that was made goes from a home that holds no more than before it', () => {
    const states = {'user:x': {home: '/home/x'}, 'folder:/home/x': {names: ['a', 'b'], own: ['a', 'b']}};
    expect(takenBack('user', {...made, kept: 'home-2'}, states)).toEqual({left: {}, back: ['absent']});
    expect(takenBack('user', {...made, kept: 'home-1'}, states)).toMatch(/is not empty/);
  });

  it('that was made stays while its home holds something, or is elsewhere', () => {
    const own = {'user:x': {home: '/home/x'}, 'folder:/home/x': {names: ['a'], own: ['a']}};
    expect(takenBack('user', made, own)).toBe('the home of user x is not empty: in /home/x is a');
    expect(takenBack('user', {...made, kept: 'new-home'}, own)).toMatch(/is not empty/);
    expect(takenBack('user', made, {'user:x': {home: '/srv'}})).toMatch(/^the home of user x is \/srv/);
  });
});

describe('a group', () => {
  it('that was made goes, unless somebody is in it', () => {
    const made = {
      attributes: [
        {name: 'exists', after: true},
        {name: 'gid', after: 7},
      ],
    };
    expect(takenBack('group', made, {'group:x': {gid: 7, members: []}})).toEqual({
      left: {gid: 7},
      back: ['absent'],
    });
    expect(takenBack('group', made, {'group:x': {members: ['a', 'b']}})).toBe('group x has members: a, b');
  });

  it('comes back with its number, and gets it back', () => {
    const removed = {
      attributes: [{name: 'exists', before: true, after: false}],
      before: {gid: 7, members: ['a', 'b']},
    };
    expect(takenBack('group', removed, {'user:b': {groups: []}})).toEqual({
      left: 'absent',
      back: [{gid: 7}, {groups: ['x']}],
      lost: 'not all are in group x again: no user any more is a',
    });
    expect(takenBack('group', {attributes: [{name: 'gid', before: 7, after: 8}]})).toEqual({
      left: {gid: 8},
      back: [{gid: 7}],
    });
  });
});

describe('a path', () => {
  it('whose contents are not kept any more says why', () => {
    const removed = {attributes: [{name: 'type', before: 'file', after: null}], before: {type: 'file'}};
    expect(takenBack('path', {...removed, kept: 'large'})).toMatch(
      /is not kept: it was too large for a copy/,
    );
    expect(takenBack('path', {...removed, kept: 'failed'})).toMatch(/is not kept: it could not be written/);
    expect(takenBack('path', {...removed, kept: 'special'})).toMatch(/is not kept: it was a special file/);
    expect(takenBack('path', {...removed, kept: 'mounted'})).toMatch(/something was mounted below it/);
    expect(takenBack('path', {...removed, kept: 'copied'})).toMatch(
      /is not kept: there were three newer versions/,
    );
  });

  it('that was a special file does not come back', () => {
    const removed = {attributes: [{name: 'type', before: 'other', after: null}], before: {type: 'other'}};
    expect(takenBack('path', removed, {'path:/backup/1': {type: 'other'}})).toMatch(
      /special file, which is not kept/,
    );
  });
});
