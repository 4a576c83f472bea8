import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {keep, kept} from '../../../src/cache/index.ts';

const code = {content: Buffer.from([0, 10, 255, 10]), note: '1234'};

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vprov-kept-code-'));
  file = join(folder, 'vprov/code/program');
});
afterEach(() => rmSync(folder, {recursive: true}));

describe('code that V8 made of the program', () => {
  it('is there again for the same program, whatever bytes it has', () => {
    expect(kept(file, 'digest')).toBeUndefined();
    keep(file, 'digest', code);
    expect(kept(file, 'digest')).toEqual(code);
    keep(file, 'digest', {...code, note: '9'});
    expect(kept(file, 'digest')).toEqual({...code, note: '9'});
    expect(readdirSync(join(folder, 'vprov/code'))).toEqual(['program']);
  });

  it('is nothing to another program', () => {
    keep(file, 'digest', code);
    expect(kept(file, 'another')).toBeUndefined();
  });

  it.each([
    ['a folder that others can write', () => chmodSync(join(folder, 'vprov/code'), 0o777)],
    ['a file that the group can write', () => chmodSync(file, 0o620)],
    [
      'a link to what another may own',
      () => {
        writeFileSync(join(folder, 'elsewhere'), readFileSync(file), {mode: 0o600});
        rmSync(file);
        symlinkSync(join(folder, 'elsewhere'), file);
      },
    ],
    ['a file without a first line', () => writeFileSync(file, 'digest 1234')],
  ])('is not taken from %s', (_, spoil) => {
    keep(file, 'digest', code);
    spoil();
    expect(kept(file, 'digest')).toBeUndefined();
  });

  it('is not kept in a folder that others can write', () => {
    mkdirSync(join(folder, 'vprov/code'), {recursive: true});
    chmodSync(join(folder, 'vprov/code'), 0o777);
    keep(file, 'digest', code);
    expect(readdirSync(join(folder, 'vprov/code'))).toEqual([]);
  });

  it('makes nobody a home', () => {
    const home = join(folder, 'nobody');
    keep(join(home, '.cache/vprov/code/program'), 'digest', code);
    expect(existsSync(home)).toBe(false);
  });

  it('is done without where it cannot be kept', () => {
    writeFileSync(join(folder, 'vprov'), 'a file in the way');
    keep(file, 'digest', code);
    expect(kept(file, 'digest')).toBeUndefined();
  });
});
