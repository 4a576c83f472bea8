import {describe, expect, it} from 'vitest';
import {interruptsUnit, invocationsOf, startedSince} from '../../../src/engine/discharge.ts';
import type {OwedHandler} from '../../../src/engine/journal.ts';
import type {Change, Observed, StateView} from '../../../src/resources/index.ts';
import {unitRef, unitWant} from '../../../src/resources/index.ts';
import {Unknown, UnknownRead} from '../../../src/text/index.ts';

const running = (invocationId: string, more: object = {}): Observed => ({
  status: 'present',
  state: {active: true, invocationId, needDaemonReload: false, ...more},
});
const stopped: Observed = {status: 'present', state: {active: false, invocationId: 'old'}};

function viewOf(units: Readonly<Record<string, Observed>>): StateView {
  return {
    get: ({id}) => {
      const observed = units[id];
      if (!observed) throw new UnknownRead(new Unknown('not known'));
      return observed as never;
    },
  };
}

function notified(units: OwedHandler['units']): OwedHandler {
  return {
    v: 1,
    handler: 'h',
    of: 'role:r',
    digest: '',
    playbook: 'p',
    run: 'r',
    since: '',
    units,
    filesReadUs: 10,
  };
}

describe('a restart that is owed', () => {
  const refs = [unitRef('a.service')];
  it.each([
    [
      'is no longer owed when the unit was started since',
      {'a.service': 'one'},
      {'a.service': running('two')},
      true,
    ],
    [
      'is no longer owed when the unit did not run then and runs now',
      {'a.service': ''},
      {'a.service': running('x')},
      true,
    ],
    [
      'is owed while the unit is the one that was notified',
      {'a.service': 'one'},
      {'a.service': running('one')},
      false,
    ],
    [
      'is owed while what was started is not as its files say',
      {'a.service': 'one'},
      {'a.service': running('two', {needDaemonReload: true})},
      false,
    ],
    [
      'is owed while nobody knows whether it is',
      {'a.service': 'one'},
      {'a.service': running('two', {needDaemonReload: undefined})},
      false,
    ],
    [
      'is owed where its files were read since, and after that start',
      {'a.service': 'one'},
      {'a.service': running('two', {startedUs: 50, filesReadUs: 60})},
      false,
    ],
    [
      'is no longer owed where its files were read since, and before that start',
      {'a.service': 'one'},
      {'a.service': running('two', {startedUs: 50, filesReadUs: 40})},
      true,
    ],
    [
      'is no longer owed where no files were read since',
      {'a.service': 'one'},
      {'a.service': running('two', {startedUs: 50, filesReadUs: 10})},
      true,
    ],
    ['is owed while the unit does not run', {'a.service': 'one'}, {'a.service': stopped}, false],
    ['is owed when nothing was noted of the unit', {}, {'a.service': running('x')}, false],
    ['is owed while nothing is known of the unit', {'a.service': 'one'}, {}, false],
    ['is owed when the unit is gone', {'a.service': 'one'}, {'a.service': {status: 'absent'}}, false],
  ] as const)('%s', (_, noted, units, expected) => {
    expect(startedSince(notified(noted), refs, viewOf(units))).toBe(expected);
  });

  it('of several units is owed until all of them were started', () => {
    const both = [unitRef('a.service'), unitRef('b.service')];
    const mark = notified({'a.service': '1', 'b.service': '1'});
    expect(startedSince(mark, both, viewOf({'a.service': running('2'), 'b.service': running('1')}))).toBe(
      false,
    );
    expect(startedSince(mark, both, viewOf({'a.service': running('2'), 'b.service': running('2')}))).toBe(
      true,
    );
    expect(startedSince(mark, [], viewOf({}))).toBe(false);
  });

  it('notes what runs, and what check mode will have started', () => {
    const view = viewOf({'a.service': running('one'), 'b.service': running(''), 'c.service': stopped});
    const ids = ['a.service', 'b.service', 'c.service', 'd.service'];
    expect(invocationsOf(ids.map(unitRef), view)).toEqual({
      'a.service': 'one',
      'b.service': 'planned',
      'c.service': '',
      'd.service': '',
    });
  });
});

describe('a change that costs what serves', () => {
  const change = (after: object, ...names: readonly string[]): Change => ({
    ref: unitRef('a.service'),
    before: running('one'),
    want: unitWant('a.service', after),
    attributes: names.map((name) => ({name})),
  });
  it.each([
    ['a restart', change({transition: 'restart'}, 'invocation'), true],
    ['a stop', change({active: false}, 'active'), true],
    ['a start', change({active: true}, 'active'), false],
    ['a reload', change({transition: 'reload'}, 'reload'), false],
    ['to disable what is stopped', change({active: false, enabled: false}, 'enabled'), false],
  ])('%s: %#', (_, one, expected) => {
    expect(interruptsUnit(one)).toBe(expected);
  });
});
