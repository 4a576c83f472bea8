import {execFileSync} from 'node:child_process';
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

describe('what an option names', () => {
  it('may be a pipe that the shell has opened, and no other', () => {
    const script =
      "import {readHandedText} from './src/source/index.ts'; console.log(JSON.stringify(readHandedText(process.argv[1])))";
    const read = (name: string): unknown =>
      JSON.parse(
        execFileSync(
          'bash',
          ['-c', `node --import tsx --input-type=module -e "$1" ${name}`, 'bash', script],
          {encoding: 'utf8'},
        ),
      );
    expect(read('<(echo all)')).toBe('all\n');
    expect(read('/dev/zero')).toMatchObject({refused: 'not a file'});
  });
});
