import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../../scripts/bundle.ts';

const {version} = JSON.parse(readFileSync('package.json', 'utf8')) as {version: string};

let directory = '';
let file = '';
let built: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-bundle-'));
  file = path.join(directory, 'vprov.mjs');
  built = await bundle('src/main.ts', file);
}, 30_000);
afterAll(() => rmSync(directory, {recursive: true}));

describe('the program as one file', () => {
  it('holds neither TypeBox nor ajv nor a schema source: schemas are compiled at build time', () => {
    const inputs = Object.keys(built.metafile.inputs);
    expect(inputs).toContain('src/generated/arguments.ts');
    expect(inputs).toContain('src/modules/catalogue.ts');
    expect(
      inputs.filter((name) =>
        /node_modules\/(typebox|ajv|esbuild|zx)\/|\/schema\.ts$|argument-types/.test(name),
      ),
    ).toEqual([]);
  });

  it('asks for nothing but what Node has, and native parts that it does without', () => {
    const [output] = Object.values(built.metafile.outputs);
    const outside = (output?.imports ?? []).filter(({external}) => external).map(({path: name}) => name);
    const native = /^cpu-features$|\.node$/;
    expect(
      outside.filter((name) => !native.test(name) && !builtinModules.includes(name.replace(/^node:/, ''))),
    ).toEqual([]);
  });

  it('runs where no package is installed', () => {
    const said = execFileSync(process.execPath, [file, '--version'], {
      cwd: directory,
      encoding: 'utf8',
      env: {},
    });
    expect(said.trim()).toBe(version);
  });

  it('compiles what is seldom needed when it is asked for', async () => {
    const seldom = path.join(directory, 'seldom.mjs');
    await bundle('test/unit/modules/seldom-needed.ts', seldom);
    const said = execFileSync(process.execPath, [seldom], {cwd: directory, encoding: 'utf8', env: {}});
    expect(JSON.parse(said)).toEqual({
      ssh2: 'function',
      openpgp: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
      age: 'age1',
      tar: 'function',
      yauzl: 'function',
    });
  }, 30_000);

  it('is the same each time it is built', async () => {
    const again = path.join(directory, 'again.mjs');
    await bundle('src/main.ts', again);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    expect(readFileSync(file, 'utf8')).not.toContain(process.cwd());
  }, 30_000);
});
