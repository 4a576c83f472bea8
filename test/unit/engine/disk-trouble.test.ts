import {spawnSync} from 'node:child_process';
import {expect, it} from 'vitest';
import {diskTrouble} from '../../../src/engine/disk-trouble.ts';

it.each([
  ['dash', ['-c', 'printf x >/dev/full'], /full, or broken \(.*I\/O error\)/],
  ['bash', ['-c', 'printf x >/dev/full'], /its disk is full \(.*No space left on device\)/],
  ['sh', ['-c', 'cat /etc/passwd >/dev/full'], /its disk is full/],
  ['cp', ['/etc/passwd', '/dev/full'], /its disk is full/],
] as const)('%s %j, which has no room to write, is told as that', (program, args, words) => {
  const {stderr} = spawnSync(program, args, {encoding: 'utf8', env: {...process.env, LC_ALL: 'C'}});
  const trouble = diskTrouble(stderr.trim(), '/etc/motd', 'wallpi');
  expect(trouble?.message).toMatch(/^\/etc\/motd cannot be written on wallpi: /);
  expect(trouble?.message).toMatch(words);
  expect(trouble?.hint).toMatch(/df -h/);
});

it('nothing else is', () => {
  expect(diskTrouble('cat: /etc/shadow: Permission denied', '/etc/motd', 'wallpi')).toBeUndefined();
});
