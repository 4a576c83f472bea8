import {mkdtempSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {standingAt} from '../../../src/source/index.ts';

describe('what stands at a path', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vprov-standing-'));
  });
  afterAll(() => rmSync(directory, {recursive: true}));

  it('is what it is', () => {
    expect(standingAt(directory)?.isDirectory()).toBe(true);
  });

  it.each(['gone', 'n'.repeat(300), 'a\0b'])('is nothing where nothing can be looked at: %.20s', (name) => {
    expect(standingAt(join(directory, name))).toBeUndefined();
  });

  it('is nothing where links lead to one another', () => {
    const [one, other] = [join(directory, 'one'), join(directory, 'other')];
    symlinkSync(one, other);
    symlinkSync(other, one);
    expect(standingAt(one)).toBeUndefined();
  });
});
