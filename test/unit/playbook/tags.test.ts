import {describe, expect, it} from 'vitest';
import {selectedByTags} from '../../../src/playbook/index.ts';

/** Tags of a task, `--tags`, `--skip-tags`, and whether it runs. `Taggable` of ansible-core 2.14.18 was asked, and says the same of every line. */
const cases: readonly (readonly [own: string, asked: string, skipped: string, runs: boolean])[] = [
  ['', '', '', true],
  ['a', '', '', true],
  ['never', '', '', false],
  ['never a', '', '', false],
  ['always', '', '', true],
  ['a', 'a', '', true],
  ['a', 'b', '', false],
  ['a b', 'b', '', true],
  ['', 'a', '', false],
  ['always', 'a', '', true],
  ['never', 'a', '', false],
  ['never a', 'a', '', true],
  ['never', 'never', '', true],
  ['', 'all', '', true],
  ['never a', 'all', '', false],
  ['', 'tagged', '', false],
  ['a', 'tagged', '', true],
  ['never a', 'tagged', '', false],
  ['', 'untagged', '', true],
  ['a', 'untagged', '', false],
  ['always', 'untagged', '', true],
  ['a', '', 'a', false],
  ['a b', '', 'b', false],
  ['a b', 'a', 'b', false],
  ['a', '', 'b', true],
  ['', '', 'a', true],
  ['always', '', 'always', false],
  ['always a', 'b', 'a', false],
  ['', '', 'all', false],
  ['a', '', 'all', false],
  ['always', '', 'all', true],
  ['always', '', 'all always', false],
  ['a', '', 'tagged', false],
  ['', '', 'tagged', true],
  ['', '', 'untagged', false],
  ['a', '', 'untagged', true],
];

describe('selectedByTags', () => {
  it.each(cases)('tags [%s], --tags [%s], --skip-tags [%s]: %s', (own, asked, skipped, runs) => {
    const list = (words: string) => words.split(' ').filter((word) => word !== '');
    expect(selectedByTags(list(own), {tags: list(asked), skipTags: list(skipped)})).toBe(runs);
  });
});
