import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {type Content, pathWant, refKey, type SpaceState, spaceRef} from '../../src/resources/index.ts';
import {UnknownRead} from '../../src/text/index.ts';
import {kindOf, probe, type RunOptions, type Shell, shells, viewOf} from './resources-shell.ts';

// Where a large file is to go: what its file system has free, and the memory where that is what it is made of.

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-space-'));
  mkdirSync(join(directory, 'there'));
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

/** As on a board with 430 MiB: most of what is not free holds copies of files, and is to be had. */
const board = [
  'MemTotal: 440000',
  'MemFree: 9000',
  'MemAvailable: 100000',
  'Cached: 95000',
  'SwapFree: 20000',
];

/** In a mount namespace: a tmpfs of a size, and what the kernel says of its memory. */
function host(size: string, memory: readonly string[] = board): RunOptions {
  const lines = memory.map((line) => `${line} kB\n`).join('');
  writeFileSync(join(directory, 'meminfo'), lines);
  const script = 'mount -t tmpfs -o "size=$0" any "$1/there" && mount --bind "$1/meminfo" /proc/meminfo';
  return {wrapper: ['unshare', '-m', 'sh', '-c', `${script}; shift; exec "$@"`, size, directory]};
}

function free(shell: Shell, path: string, options: RunOptions): SpaceState | undefined {
  const ref = spaceRef(path);
  const seen = probe(shell, [ref], options).get(refKey(ref));
  return seen?.status === 'present' ? (seen.state as SpaceState) : undefined;
}

const mebibyte = 1024 ** 2;

describe.each(shells())('room for a file, under $name', (shell) => {
  const there = (name: string): string => join(directory, 'there', name);
  /** Of a file with such contents. */
  const refusal = (content: Content, options: RunOptions): unknown => {
    const want = pathWant(there('vault'), {type: 'file', content});
    const kind = kindOf(want);
    const refs = [...kind.reads(want), spaceRef(join(directory, 'there'))];
    return kind.refuse(want, viewOf(probe(shell, refs, options)));
  };

  it('is what the file system has, also for a directory that is yet to be made', () => {
    const expected = {freeBytes: 20 * mebibyte, inMemory: true};
    expect(free(shell, there('lib/vault/2.0.3'), host('20m'))).toEqual(expected);
  });

  it('is no more than the memory to be had where the file system is in memory', () => {
    const seen = free(shell, there('lib'), host('400m'));
    expect(seen).toEqual({freeBytes: 120_000 * 1024, inMemory: true});
  });

  it('is what the file system says where the kernel does not say what is to be had', () => {
    const old = board.filter((line) => !line.startsWith('MemAvailable'));
    expect(free(shell, there('lib'), host('400m', old))?.freeBytes).toBe(400 * mebibyte);
  });

  it('does not depend on the memory elsewhere', () => {
    const [small, usual] = [host('20m', ['MemAvailable: 8']), {}].map((on) => free(shell, '/usr/lib', on));
    expect(small?.inMemory).toBe(false);
    expect(small?.freeBytes).toBeGreaterThan(mebibyte);
    expect(usual?.inMemory).toBe(false);
  });

  it('is too little for a file that the memory does not hold, which is refused', () => {
    const content = {sha256: 'f'.repeat(64), sizeBytes: 180 * mebibyte};
    const refusalOn = (options: RunOptions): unknown => refusal(content, options);
    expect(refusalOn(host('1000m', ['MemAvailable: 400000']))).toBeUndefined();
    expect(refusalOn(host('1000m'))).toEqual({
      refused: `${there('vault')} needs 184 MiB, and 118 MiB are free there`,
      hint: 'that file system is in memory (tmpfs): name a directory on the card or disk',
    });
  });

  it('is not known to do for a file that nobody has fetched, unless it is more than any takes', () => {
    const content = {sha256: 'not fetched', sizeBytes: 180 * mebibyte, isAtMost: true} as const;
    const refusalOn = (options: RunOptions): unknown => refusal(content, options);
    expect(refusalOn(host('1000m', ['MemAvailable: 400000']))).toBeUndefined();
    expect(() => refusalOn(host('1000m'))).toThrow(UnknownRead);
  });
});
