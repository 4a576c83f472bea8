import {describe, expect, it} from 'vitest';
import {upgradePath} from '../../../src/vault/upgrade/path.ts';

describe('the way to another version', () => {
  const path = (running: Readonly<Record<string, string>>, to: string) =>
    upgradePath('openbao', new Map(Object.entries(running)), to);

  it('goes from what members run, with what to know of the versions in between', () => {
    expect(path({sense: '2.6.2', wallpi: '2.6.2'}, '2.7.2')).toEqual({
      from: '2.6.2',
      old: ['sense', 'wallpi'],
      notes: [expect.stringMatching(/^2\.7\.0: /)],
    });
  });

  it('goes on where an earlier run left off', () => {
    expect(path({sense: '2.6.2', wallpi: '2.7.2'}, '2.7.2')).toMatchObject({from: '2.6.2', old: ['sense']});
    expect(path({sense: '2.7.2', wallpi: '2.7.2'}, '2.7.2')).toEqual({from: '2.7.2', old: [], notes: []});
  });

  it('has every note of a long way, and none of what comes after', () => {
    const vault = upgradePath('vault', new Map([['sense', '1.9.2']]), '1.21.1');
    expect(vault).toMatchObject({from: '1.9.2', old: ['sense']});
    expect('notes' in vault && vault.notes.map((note) => note.split(':')[0])).toEqual([
      '1.19.0',
      '1.20.0',
      '1.21.0',
    ]);
  });

  it('never goes back, and not from two versions', () => {
    expect(path({sense: '2.7.2', wallpi: '2.6.2'}, '2.6.2')).toMatchObject({
      problem: expect.stringContaining('sense runs 2.7.2, which is newer than 2.6.2'),
    });
    expect(path({sense: '2.6.1', wallpi: '2.6.2', deskpi: '2.7.2'}, '2.7.2')).toMatchObject({
      problem: 'members run 2.6.1 and 2.6.2: another upgrade was not finished',
      hint: 'finish that first: -e vault_version=2.6.2',
    });
  });
});
