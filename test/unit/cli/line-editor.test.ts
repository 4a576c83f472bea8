import {expect, it} from 'vitest';
import {emptyLine, typed} from '../../../src/cli/line-editor.ts';

it.each([
  ['yes\r', 'yes', 'done', ''],
  ['yes\r\n', 'yes', 'done', ''],
  ['one\ntwo\n', 'one', 'done', 'two\n'],
  ['one\r\ntwo', 'one', 'done', 'two'],
  ['ab\u007fc', 'ac', 'open', ''],
  ['ab\u0015c', 'c', 'open', ''],
  ['\u0004', '', 'given-up', ''],
  // Ctrl-D that was typed before the question.
  ['\u0000', '', 'given-up', ''],
  ['a\u0004b', 'ab', 'open', ''],
  ['a\u0003b', '', 'interrupted', ''],
  ['a\u001b[Db', 'ab', 'open', ''],
])('takes what is typed (%j) as %j, %s, and keeps what is ahead', (chunk, text, state, ahead) => {
  expect(typed(emptyLine, chunk)).toEqual({text, state, ahead});
});
