import {execFileSync, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../../scripts/bundle.ts';

const {version, engines} = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly engines: {readonly node: string};
};

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
    const native = /^cpu-features$|\.node$|^part:/;
    expect(
      outside.filter((name) => !native.test(name) && !builtinModules.includes(name.replace(/^node:/, ''))),
    ).toEqual([]);
  });

  it('says which Node it needs to one that is older', () => {
    const text = readFileSync(file, 'utf8');
    const [, needs] = /"needs":"([\d.]+)"/.exec(text) ?? [];
    expect(`>=${needs}`).toBe(engines.node);
    const ahead = path.join(directory, 'ahead.mjs');
    writeFileSync(ahead, text.replace('"needs":"', '"needs":"9'));
    const {status, stderr} = spawnSync(process.execPath, [ahead, '--version'], {
      encoding: 'utf8',
      env: {XDG_CACHE_HOME: directory},
    });
    expect({status, stderr}).toEqual({
      status: 1,
      stderr: expect.stringMatching(
        `^vprov: Node 9${needs} or newer is needed; ${process.execPath} is [\\d.]+\nhint: .*\n$`,
      ) as string,
    });
  });

  it('keeps the code that V8 made of it, and takes it from there until it is another program', () => {
    const env = {XDG_CACHE_HOME: path.join(directory, 'cache')};
    const kept = path.join(directory, 'cache/vprov/code/program');
    const run = (program: string): number => {
      execFileSync(process.execPath, [program, '--version'], {env});
      return statSync(kept).mtimeMs;
    };
    const first = run(file);
    expect(run(file)).toBe(first);
    const other = path.join(directory, 'other.mjs');
    writeFileSync(other, readFileSync(file, 'utf8').replace(/"sha256":"./, '"sha256":"-'));
    expect(run(other)).toBeGreaterThan(first);
  });

  it('says of an error in which line of the file it is', () => {
    const text = readFileSync(file, 'utf8').replace('"use strict";', 'null.x;/****/');
    const line = text.split('\n').findIndex((one) => one.includes('null.x;')) + 1;
    const broken = path.join(directory, 'broken.mjs');
    writeFileSync(broken, text);
    const {stderr} = spawnSync(process.execPath, [broken], {
      encoding: 'utf8',
      env: {XDG_CACHE_HOME: path.join(directory, 'broken')},
    });
    expect(stderr).toContain(`broken.mjs:${line}`);
  });

  it('runs where no package is installed', () => {
    const said = execFileSync(process.execPath, [file, '--version'], {
      cwd: directory,
      encoding: 'utf8',
      env: {XDG_CACHE_HOME: directory},
    });
    expect(said.trim()).toBe(version);
  });

  it('compiles what is seldom needed when it is asked for', async () => {
    const seldom = path.join(directory, 'seldom.mjs');
    await bundle('test/unit/modules/seldom-needed.ts', seldom);
    const said = execFileSync(process.execPath, [seldom], {
      cwd: directory,
      encoding: 'utf8',
      env: {XDG_CACHE_HOME: directory},
    });
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
