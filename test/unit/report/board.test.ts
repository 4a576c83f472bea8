import {array, assert, constantFrom, integer, property, record} from 'fast-check';
import {expect, it} from 'vitest';
import {createBoard, type TaskEvent} from '../../../src/report/board.ts';
import {fleet, label, result} from './streams.ts';

const steps = array(
  record({
    host: constantFrom(...fleet),
    skip: integer({min: 0, max: 2}),
    leaves: constantFrom(true, false, false, false),
  }),
  {
    maxLength: 60,
  },
);

/** Each host walks through the same tasks at its own pace, leaving out some, until it leaves. */
function walk(choices: readonly {host: string; skip: number; leaves: boolean}[]) {
  const board = createBoard(fleet);
  const position = new Map<string, number>();
  const gone = new Set<string>();
  const given: TaskEvent[] = [];
  const shown: TaskEvent[][] = [];
  for (const [index, {host, skip, leaves}] of choices.entries()) {
    if (gone.has(host)) continue;
    const line = (position.get(host) ?? 0) + 1 + skip;
    position.set(host, line);
    const event = result(index, host, label(`task ${line}`, line), 'changed') as TaskEvent;
    given.push(event);
    shown.push(...board.add(event, false));
    if (!leaves) continue;
    gone.add(host);
    shown.push(...board.leave(host));
  }
  return {board, given, shown};
}

it('shows every result exactly once, whatever the pace of the hosts', () => {
  assert(
    property(steps, (choices) => {
      const {board, given, shown} = walk(choices);
      const all = [...shown, ...board.rest()].flat();
      expect(all).toHaveLength(given.length);
      expect(new Set(all)).toEqual(new Set(given));
    }),
  );
});

it("shows each host's results in the order in which they came", () => {
  assert(
    property(steps, (choices) => {
      const {board, given, shown} = walk(choices);
      const all = [...shown, ...board.rest()].flat();
      for (const host of fleet) {
        const own = (events: readonly TaskEvent[]): readonly TaskEvent[] =>
          events.filter((event) => event.host === host);
        expect(own(all)).toEqual(own(given));
      }
    }),
  );
});

it('shows the results of one task together when all hosts have reported', () => {
  const board = createBoard(fleet);
  const events = fleet.map((host) => result(1, host, label('a task', 7), 'changed') as TaskEvent);
  const shown = events.map((event) => board.add(event, false));
  expect(shown).toEqual([[], [], [], [], [events]]);
});

it('tells the second use of a task in a play from the first', () => {
  const board = createBoard(['wallpi', 'deskpi']);
  const of = (host: string): TaskEvent => result(1, host, label('a task', 7), 'changed') as TaskEvent;
  expect(board.add(of('wallpi'), false)).toEqual([]);
  expect(board.add(of('wallpi'), false)).toEqual([]);
  expect(board.add(of('deskpi'), false).flat()).toHaveLength(2);
  expect(board.add(of('deskpi'), false).flat()).toHaveLength(2);
});
