import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {type Architecture, fitOf, inspectProgram} from '../../../src/releases/index.ts';
import {goProgram} from './go-program.ts';

const directory = mkdtempSync(join(tmpdir(), 'vprov-program-'));
afterAll(() => rmSync(directory, {recursive: true}));

let files = 0;
async function verdict(bytes: Buffer, architecture: Architecture): Promise<string> {
  const file = join(directory, `program-${files++}`);
  writeFileSync(file, bytes);
  return fitOf(await inspectProgram(file), architecture).fits;
}

describe('a program that was built by Go', () => {
  it.each([
    ['arm', '5', 'armv6l', 'yes'],
    ['arm', '6', 'armv6l', 'yes'],
    ['arm', '6,softfloat', 'armv6l', 'yes'],
    ['arm', '7', 'armv6l', 'no'],
    ['arm', '7,softfloat', 'armv6l', 'no'],
    ['arm', '7', 'armv7l', 'yes'],
    ['arm', '6', 'armv7l', 'yes'],
    ['arm', undefined, 'armv6l', 'cannot-tell'],
    ['arm', '6', 'aarch64', 'no'],
    ['arm64', undefined, 'aarch64', 'yes'],
    ['arm64', undefined, 'armv7l', 'no'],
    ['amd64', undefined, 'x86_64', 'yes'],
    ['amd64', undefined, 'armv6l', 'no'],
    ['386', undefined, 'i686', 'yes'],
  ] as const)('for %s with GOARM %s runs on %s: %s', async (goArch, goArm, architecture, expected) => {
    expect(await verdict(goProgram({goArch, goArm}), architecture)).toBe(expected);
  });

  it('is found wherever its build information stands, also across the pieces that are read', async () => {
    for (const at of [4096, 4 * 1024 * 1024 - 16, 4 * 1024 * 1024, 9 * 1024 * 1024])
      expect(await verdict(goProgram({goArch: 'arm', goArm: '7', at}), 'armv6l'), String(at)).toBe('no');
  });

  it('is not taken for what a text in it says', async () => {
    const decoy = goProgram({goArch: 'arm', goArm: '7', at: 4096 + 8});
    expect(await verdict(decoy, 'armv6l')).toBe('cannot-tell');
  });
});

describe('what is no program', () => {
  it.each([
    ['a web page', Buffer.from('<!DOCTYPE html><title>404</title>')],
    ['nothing', Buffer.alloc(0)],
    ['half a header', Buffer.from('\x7fELF')],
    ['random bytes', Buffer.alloc(100_000, 7)],
  ])('%s runs nowhere', async (_what, bytes) => {
    expect(await verdict(bytes, 'x86_64')).toBe('no');
  });
});
