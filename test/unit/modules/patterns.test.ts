import {describe, expect, it} from 'vitest';
import {withBlock} from '../../../src/modules/blockinfile/edit.ts';
import {meant} from '../../../src/modules/find/filter.ts';
import {withLine} from '../../../src/modules/lineinfile/edit.ts';
import {withReplacements} from '../../../src/modules/replace/edit.ts';
import {editedFile} from '../../../src/modules/text-edit.ts';
import {MatchingTakesTooLong} from '../../../src/text/index.ts';

const evil = '(a+)+$';
const long = `${'a'.repeat(50)}!`;

const edits = {
  'a line of lineinfile': withLine({regexp: evil}, ['b']),
  'a part of replace': withReplacements({path: '/x', regexp: 'x', after: evil}),
  'the anchor of blockinfile': withBlock({path: '/x', insertafter: evil}, ['b']),
};

// Each would go on for longer than the sun: a second is what it is given.
describe('a pattern that tries for ever ends with what to do', () => {
  it.each(Object.entries(edits))('in %s', (_name, edit) => {
    const seen = {get: () => ({status: 'present', state: {type: 'file', text: [long]}}) as never};
    expect(editedFile({path: '/x'}, seen, 'refuse', edit)).toEqual({
      refused: "the regular expression '(a+)+$' takes more than a second",
      hint: expect.stringContaining('a+ for (a+)+'),
    });
  });

  it('in the names of find', () => {
    const found = {
      path: `/tmp/${long}`,
      type: 'file',
      mode: '0644',
      uid: 0,
      gid: 0,
      owner: 'root',
      group: 'root',
      sizeBytes: 1,
      mtime: 0,
      links: 1,
    } as const;
    expect(() => meant([found], {paths: '/tmp', patterns: evil, use_regex: true}, 0)).toThrow(
      MatchingTakesTooLong,
    );
  });
});
