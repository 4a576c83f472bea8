import {expect, it} from 'vitest';
import {wantsBelow} from '../../../src/modules/file/below.ts';
import type {StateView} from '../../../src/resources/index.ts';

it('what is below a directory is changed in the order of its names, however the file system lists it', () => {
  const members = ['c', 'a/b', 'a-b', 'a'].map((name) => ({name, type: 'directory', mode: '0700'}));
  const seen = {get: () => ({status: 'present', state: {real: '/srv', members}})} as unknown as StateView;
  const wants = wantsBelow({path: '/srv', state: 'directory', recurse: true, mode: '0750'}, seen);
  expect('refused' in wants ? wants : wants.map(({ref}) => ref.id)).toEqual([
    '/srv/a',
    '/srv/a-b',
    '/srv/a/b',
    '/srv/c',
  ]);
});
