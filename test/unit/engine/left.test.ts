import {describe, expect, it} from 'vitest';
import type {EventBody} from '../../../src/engine/effect.ts';
import {Left} from '../../../src/engine/left.ts';

const writes: EventBody = {type: 'writes', host: 'wallpi', user: 'root'};
const lost = {type: 'host', host: 'wallpi', status: 'unreachable'} as EventBody;
const ended = (status: string, changes: readonly object[] = []): EventBody =>
  ({
    type: 'task',
    host: 'wallpi',
    status,
    changes,
    task: {name: 'a', module: 'copy'},
  }) as unknown as EventBody;
const mode = {ref: 'path:/a', attributes: [{name: 'mode'}]};

describe('what a run leaves for an undo', () => {
  it.each<[string, readonly EventBody[], ReturnType<Left['words']>]>([
    ['a change', [writes, ended('changed', [mode])], {}],
    ['what failed on its way', [writes, ended('failed')], {}],
    ['a host that was lost on its way', [writes, lost], {}],
    ['what failed before anything was changed: nothing', [ended('failed')], {undoable: false}],
    ['a host that was lost before anything was changed: nothing', [lost], {undoable: false}],
    ['a command: nothing', [ended('changed')], {lasting: ['a (copy)'], undoable: false}],
    [
      'a command, and what failed then: nothing',
      [ended('changed'), ended('failed')],
      {lasting: ['a (copy)'], undoable: false},
    ],
  ])('%s', (_, events, words) => {
    const left = new Left();
    for (const event of events) left.note(event);
    expect(left.words()).toEqual(words);
  });
});
