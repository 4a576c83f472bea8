import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
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
let seldom = '';
let built: Awaited<ReturnType<typeof bundle>>;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-bundle-'));
  file = path.join(directory, 'dist', 'vprov.mjs');
  built = await bundle('src/main.ts', file);
  seldom = path.join(directory, 'seldom', 'vprov.mjs');
  await bundle('test/unit/modules/seldom-needed.ts', seldom);
}, 60_000);
afterAll(() => rmSync(directory, {recursive: true}));

describe('the built program', () => {
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
    const [, needs] = /needs:"([\d.]+)"/.exec(text) ?? [];
    expect(`>=${needs}`).toBe(engines.node);
    const ahead = path.join(directory, 'ahead.mjs');
    writeFileSync(ahead, text.replace('needs:"', 'needs:"9'));
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
    expect(run(seldom)).toBeGreaterThan(first);
  });

  it('says of an error in which line of its file it is', () => {
    const {broken, part} = copyOfProgram('broken');
    const text = readFileSync(part, 'utf8').replace('"use strict";', 'null.x;/****/');
    const line = text.split('\n').findIndex((one) => one.includes('null.x;')) + 1;
    writeFileSync(part, text);
    const {stderr} = start(broken);
    expect(stderr).toContain(`${path.basename(part)}:${line}`);
  });

  it('says which folder it lacks when only what starts it was copied', () => {
    const {broken, part} = copyOfProgram('alone');
    rmSync(path.dirname(part), {recursive: true});
    expect(start(broken).stderr).toContain(`${part} is missing: the folder 'parts' belongs beside ${broken}`);
  });

  function copyOfProgram(name: string): {readonly broken: string; readonly part: string} {
    const copy = path.join(directory, name);
    cpSync(path.dirname(file), copy, {recursive: true});
    const parts = path.join(copy, 'parts');
    const [part = ''] = readdirSync(parts).filter((one) => one.startsWith('program-'));
    return {broken: path.join(copy, 'vprov.mjs'), part: path.join(parts, part)};
  }

  function start(program: string): {readonly stderr: string} {
    const env = {XDG_CACHE_HOME: path.dirname(program)};
    return spawnSync(process.execPath, [program, '--version'], {encoding: 'utf8', env});
  }

  it('runs where no package is installed', () => {
    const said = execFileSync(process.execPath, [file, '--version'], {
      cwd: directory,
      encoding: 'utf8',
      env: {XDG_CACHE_HOME: directory},
    });
    expect(said.trim()).toBe(version);
  });

  it('compiles what is seldom needed when it is asked for', () => {
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
  });

  it('loads nothing of Node for a validation that only connections and digests need', () => {
    const preload = path.join(directory, 'loaded.cjs');
    const list = path.join(directory, 'loaded.txt');
    writeFileSync(
      preload,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join(' ')));`,
    );
    const args = [file, 'validate', 'playbooks/vault.yml', '-i', 'inventory/homelab.yml'];
    execFileSync(process.execPath, ['-r', preload, ...args], {env: {XDG_CACHE_HOME: directory}});
    const loaded = readFileSync(list, 'utf8').split(' ');
    expect(loaded).toContain('vm');
    expect(loaded.filter((name) => /^(crypto|tls|http|zlib|perf_hooks|child_process)$/.test(name))).toEqual(
      [],
    );
  });

  it('is the same each time it is built, wherever that is', async () => {
    const again = path.join(directory, 'again', 'vprov.mjs');
    await bundle('src/main.ts', again);
    for (const name of [
      'vprov.mjs',
      ...readdirSync(path.join(path.dirname(file), 'parts')).map((part) => `parts/${part}`),
    ]) {
      const content = readFileSync(path.join(path.dirname(file), name));
      expect(readFileSync(path.join(path.dirname(again), name)).equals(content)).toBe(true);
      expect(content.includes(process.cwd())).toBe(false);
    }
  }, 30_000);
});
