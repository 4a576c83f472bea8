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

describe('the exit code of a run', () => {
  const unreached: EventBody = {type: 'host', host: 'b', status: 'unreachable'};
  const cases: readonly {says: string; events: readonly EventBody[]; code: number; detailed?: true}[] = [
    {says: '0 when everything is as wanted', events: [ended('a', 'ok')], code: 0},
    {says: '0 when something changed', events: [ended('a', 'changed')], code: 0},
    {
      says: '3 when something changed and the caller asked',
      events: [ended('a', 'would-change')],
      code: 3,
      detailed: true,
    },
    {says: '2 when a task failed', events: [ended('a', 'failed')], code: 2},
    {says: '4 when a host was not reached', events: [unreached], code: 4},
    {says: '4 when a host was lost in a task', events: [ended('a', 'unreachable')], code: 4},
    {says: '6 when one failed and one was not reached', events: [ended('a', 'failed'), unreached], code: 6},
  ];
  it.each(cases)('is $says', ({events, code, detailed = false}) => {
    const tally = new Tally();
    for (const event of events) tally.count(event);
    expect(tally.exitCode(detailed)).toBe(code);
  });

  it('is 2 when a handler stays owed', () => {
    const tally = new Tally();
    tally.host('a');
    tally.owe('a', [mark]);
    expect(tally.exitCode(false)).toBe(2);
  });

  it('is 1 when all failures were refusals and nothing had been written', () => {
    const tally = new Tally();
    tally.count({...ended('a', 'failed'), refused: true} as EventBody);
    expect(tally.exitCode(false)).toBe(1);
    tally.write();
    expect(tally.exitCode(false)).toBe(2);
  });

  it('counts what is owed, and no longer what was settled', () => {
    const tally = new Tally();
    tally.host('a');
    tally.owe('a', [mark]);
    expect(tally.hosts().a?.owed).toBe(1);
    tally.settle('a', [mark]);
    expect(tally.hosts().a?.owed).toBe(0);
  });
});
