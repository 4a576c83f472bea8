import {describe, expect, it} from 'vitest';
import {typedInventory, withInventory} from '../../../src/cli/typed-inventory.ts';

describe('a command in a hint', () => {
  it.each([
    ['run site.yml', ''],
    ['run site.yml -i hosts.ini', '-i hosts.ini'],
    ['exec all -ihosts -i b.yml -- ls -i x', '-i hosts -i b.yml'],
    ['facts --inventory=hosts --inventory other', '-i hosts -i other'],
    ['facts -i wallpi,', "-i 'wallpi,'"],
    ['facts -i', ''],
  ])('has the inventory that was typed: %s', (line, words) => {
    expect(typedInventory(line.split(' '))).toBe(words);
  });

  it('finds the hosts that the hint is about', () => {
    const hint = 'once you know: vprov trust --replace wallpi; or see what `vprov ssh wallpi` gives';
    expect(withInventory(hint, '-i h')).toBe(
      'once you know: vprov trust -i h --replace wallpi; or see what `vprov ssh -i h wallpi` gives',
    );
    expect(withInventory(hint, '')).toBe(hint);
    expect(withInventory('see `vprov trust`', '-i h')).toBe('see `vprov trust`');
  });
});
