import {describe, expect, it} from 'vitest';
import type {EventBody} from '../../../src/engine/effect.ts';
import type {TaskStatus} from '../../../src/engine/events.ts';
import type {OwedHandler} from '../../../src/engine/journal.ts';
import {Tally} from '../../../src/engine/tally.ts';

const task = {name: 't', module: 'file', source: {file: 'p.yml', line: 1, column: 1}};
const ended = (host: string, status: TaskStatus): EventBody => ({
  type: 'task',
  host,
  task,
  status,
  changes: [],
  durationMs: 1,
});
const mark: OwedHandler = {
  v: 1,
  handler: 'h',
  of: 'role:r',
  digest: '',
  playbook: 'p',
  run: 'r',
  since: '',
  units: {},
};

/** What may become of one host in a run. */
type Fate =
  | 'ok'
  | 'attention'
  | 'changed'
  | 'failed'
  | 'refused'
  | 'owed'
  | 'unreachable'
  | 'lost'
  | 'locked'
  | 'written';

function fated(fates: readonly Fate[]): Tally {
  const tally = new Tally();
  for (const [index, fate] of fates.entries()) {
    const host = `host-${index}`;
    tally.host(host);
    switch (fate) {
      case 'refused':
        tally.count({...ended(host, 'failed'), refused: true} as EventBody);
        break;
      case 'attention':
        tally.count({...ended(host, 'ok'), attention: 'it is sealed'} as EventBody);
        break;
      case 'owed':
        tally.owe(host, [mark]);
        break;
      case 'unreachable':
        tally.count({type: 'host', host, status: 'unreachable'});
        break;
      case 'lost':
        tally.count(ended(host, 'unreachable'));
        break;
      case 'locked':
        tally.count(ended(host, 'failed'));
        tally.lockedOut(host);
        break;
      case 'written':
        tally.write();
        break;
      default:
        tally.count(ended(host, fate));
    }
  }
  return tally;
}

describe('the exit code of a run', () => {
  it.each<{fates: readonly Fate[]; code: number}>([
    {fates: ['ok'], code: 0},
    {fates: ['ok', 'changed'], code: 0},
    {fates: ['ok', 'attention'], code: 3},
    {fates: ['attention', 'refused'], code: 1},
    {fates: ['attention', 'failed'], code: 2},
    {fates: ['attention', 'unreachable'], code: 4},
    {fates: ['attention', 'locked'], code: 5},
    {fates: ['ok', 'refused'], code: 1},
    {fates: ['refused', 'refused'], code: 1},
    {fates: ['refused', 'written'], code: 2},
    {fates: ['refused', 'failed'], code: 2},
    {fates: ['refused', 'owed'], code: 2},
    {fates: ['refused', 'locked'], code: 2},
    {fates: ['refused', 'unreachable'], code: 6},
    {fates: ['failed', 'ok'], code: 2},
    {fates: ['owed', 'ok'], code: 2},
    {fates: ['failed', 'locked'], code: 2},
    {fates: ['owed', 'locked'], code: 2},
    {fates: ['unreachable', 'changed'], code: 4},
    {fates: ['lost', 'ok'], code: 4},
    {fates: ['locked', 'changed'], code: 5},
    {fates: ['locked', 'unreachable'], code: 6},
    {fates: ['failed', 'unreachable'], code: 6},
    {fates: ['owed', 'lost'], code: 6},
    {fates: ['failed', 'locked', 'unreachable'], code: 6},
  ])('is $code for hosts that are $fates', ({fates, code}) => {
    expect(fated(fates).exitCode(false)).toBe(code);
    expect(fated([...fates].reverse()).exitCode(false)).toBe(code);
    // What changed is of interest only where nothing is wrong.
    const isRight = code === 0 && fates.includes('changed');
    expect(fated(fates).exitCode(true)).toBe(isRight ? 3 : code);
  });

  it('is 3 when something would change and the caller asked', () => {
    const tally = new Tally();
    tally.count(ended('a', 'would-change'));
    expect([tally.exitCode(false), tally.exitCode(true)]).toEqual([0, 3]);
  });

  it('is 1 for a mistake that showed only in the run, unless something was written or is owed', () => {
    const tally = new Tally();
    tally.host('a');
    tally.mistaken = true;
    expect(tally.exitCode(false)).toBe(1);
    tally.owe('a', [mark]);
    expect(tally.exitCode(false)).toBe(2);
    tally.settle('a', [mark]);
    tally.write();
    expect(tally.exitCode(false)).toBe(2);
  });

  it('is 5 where another run holds the lock, and owes what its own journal says', () => {
    const tally = fated(['locked']);
    tally.owe('host-0', [mark]);
    expect(tally.exitCode(false)).toBe(5);
  });
});

describe('the counts of a run', () => {
  it('counts what is owed, and no longer what was settled', () => {
    const tally = new Tally();
    tally.host('a');
    tally.owe('a', [mark]);
    expect(tally.hosts().a?.owed).toBe(1);
    tally.settle('a', [mark]);
    expect(tally.hosts().a?.owed).toBe(0);
  });
});
