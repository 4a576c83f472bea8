import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {versionsWant} from '../../src/resources/index.ts';
import {breaches, plan, shells} from './resources-shell.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-versions-'));
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

const at = (...names: readonly string[]): string => path.join(directory, ...names);

/** Programs of these versions beside one another, and a link to one of them. */
function install(linked: string | undefined, ...versions: readonly string[]): void {
  for (const version of versions) {
    mkdirSync(at('lib', version), {recursive: true});
    writeFileSync(at('lib', version, 'bao'), version);
  }
  if (linked !== undefined) symlinkSync(at('lib', linked, 'bao'), at('bao'));
}

const want = () => versionsWant(at('bao'), at('lib/3.0.0/bao'));

describe.each(shells())('older versions under $name', (host) => {
  it('go but for the last and the one that is wanted, and stay away', () => {
    install('2.0.0', '1.0.0', '1.1.0', '2.0.0', '3.0.0');
    const {change, breaches: found} = breaches(host, want());
    expect(found).toEqual([]);
    expect(change).toHaveProperty('attributes', [
      {name: 'older versions', before: '1.0.0, 1.1.0', after: null},
    ]);
    expect(readdirSync(at('lib')).sort()).toEqual(['2.0.0', '3.0.0']);
    expect(plan(host, want())).toBeUndefined();
  });

  it('all stay where the link leads nowhere, or to the one that is wanted', () => {
    install(undefined, '1.0.0', '2.0.0', '3.0.0');
    expect(plan(host, want())).toBeUndefined();
    symlinkSync(at('lib/3.0.0/bao'), at('bao'));
    expect(plan(host, want())).toBeUndefined();
  });

  it('are nothing else that lies beside them: what is no version, has more in it, or is newer', () => {
    install(
      '2.0.0',
      '1.0.0',
      '2.0.0',
      '2.5.0',
      '3.0.0',
      '3.1.0',
      '3.0.0-rc1',
      'suite',
      'a, 1.0.0',
      'a',
      '10',
    );
    for (const [folder, name] of [
      ['2.5.0', 'precious'],
      ['1.9.0', '.hidden'],
    ] as const) {
      mkdirSync(at('lib', folder), {recursive: true});
      writeFileSync(at('lib', folder, 'bao'), '');
      writeFileSync(at('lib', folder, name), 'precious');
    }
    const {change, breaches: found} = breaches(host, want());
    expect(found).toEqual([]);
    expect(change).toHaveProperty('attributes', [
      {name: 'older versions', before: '1.0.0, 3.0.0-rc1', after: null},
    ]);
    expect(readdirSync(at('lib')).sort()).toEqual(
      ['1.9.0', '10', '2.0.0', '2.5.0', '3.0.0', '3.1.0', 'a', 'a, 1.0.0', 'suite'].sort(),
    );
  });

  it('stay while they run', async () => {
    install('2.0.0', '1.0.0', '2.0.0', '3.0.0');
    cpSync('/bin/sleep', at('lib/1.0.0/bao'));
    const running = spawn(at('lib/1.0.0/bao'), ['60'], {stdio: 'ignore'});
    try {
      await once(running, 'spawn');
      expect(plan(host, want())).toBeUndefined();
    } finally {
      running.kill();
      await once(running, 'exit');
    }
    expect(plan(host, want())).toHaveProperty('attributes');
    expect(existsSync(at('lib/1.0.0'))).toBe(true);
  });
});
