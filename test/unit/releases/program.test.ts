import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, describe, expect, it} from 'vitest';
import {type Architecture, fitOf, inspectProgram} from '../../../src/releases/index.ts';
import {elfFile} from './elf-tables.ts';
import {goProgram} from './go-program.ts';
import {oldGoProgram} from './old-go-program.ts';
import {strippedGoProgram} from './stripped-go-program.ts';

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

  it.each([
    ['freebsd', 'no'],
    ['windows', 'no'],
    ['linux', 'yes'],
  ])('for %s runs on Linux: %s', async (goOs, expected) => {
    expect(await verdict(goProgram({goArch: 'amd64', goOs}), 'x86_64')).toBe(expected);
  });

  it.each([
    ['arm64', 'GOARM64=v8.0', 'aarch64', 'yes'],
    ['arm64', 'GOARM64=v9.0', 'aarch64', 'cannot-tell'],
    ['arm64', 'GOARM64=v8.0,lse', 'aarch64', 'cannot-tell'],
    ['amd64', 'GOAMD64=v1', 'x86_64', 'yes'],
    ['amd64', 'GOAMD64=v3', 'x86_64', 'cannot-tell'],
    ['amd64', 'GOAMD64=v3', 'aarch64', 'no'],
  ] as const)('for %s with %s runs on %s: %s', async (goArch, level, architecture, expected) => {
    expect(await verdict(goProgram({goArch, level}), architecture)).toBe(expected);
  });

  it('is found wherever its build information stands, also across the pieces that are read', async () => {
    for (const at of [4096, 4 * 1024 * 1024 - 16, 4 * 1024 * 1024, 9 * 1024 * 1024])
      expect(await verdict(goProgram({goArch: 'arm', goArm: '7', at}), 'armv6l'), String(at)).toBe('no');
  });

  it.each([true, false])(
    'is not taken for the one that it carries (with sections: %s)',
    async (hasSections) => {
      const carries = goProgram({goArch: 'arm', goArm: '7'});
      const carrier = goProgram({goArch: 'arm', goArm: '6', carries, hasSections});
      expect(await verdict(carrier, 'armv6l')).toBe('yes');
      expect(await verdict(goProgram({goArch: 'arm', goArm: '7', hasSections}), 'armv6l')).toBe('no');
    },
  );

  it('is not taken for the one that it carries where its own information cannot be read', async () => {
    const carries = goProgram({goArch: 'arm', goArm: '6'});
    const content = Buffer.concat([Buffer.alloc(64), carries]);
    const sections = [{name: '.go.buildinfo', offset: 4096, size: 64}];
    const segments = [{flags: 6, offset: 4096, size: content.length}];
    expect(await verdict(elfFile(content, {bits: 32, machine: 40, sections, segments}), 'armv6l')).toBe(
      'cannot-tell',
    );
  });

  it('is soon given up where its data is full of what may be its build information', async () => {
    const magic = Buffer.concat([Buffer.from('\xff Go buildinf:\x08\x02', 'latin1')]);
    const content = Buffer.alloc(8 * 1024 * 1024, magic);
    const segments = [{flags: 6, offset: 4096, size: content.length}];
    const begun = performance.now();
    expect(await verdict(elfFile(content, {bits: 32, machine: 40, segments}), 'armv6l')).toBe('cannot-tell');
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  it('is read without an error whatever stands in its tables', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x7f, 0xff)), {
      minLength: 1,
      maxLength: 12,
    });
    for (const goArch of ['arm', 'arm64'] as const) {
      const whole = goProgram({goArch, goArm: '6', hasSections: true});
      const heads = Array.from({length: 130 - 20}, (_, index) => 20 + index);
      const tables = [...heads, ...Array.from({length: 260}, (_, index) => whole.length - 1 - index)];
      await fc.assert(
        fc.asyncProperty(damage, async (changes) => {
          const damaged = Buffer.from(whole);
          for (const [at, value] of changes) damaged[tables[at % tables.length] ?? 0] = value;
          expect(['yes', 'no', 'cannot-tell']).toContain(await verdict(damaged, 'armv6l'));
        }),
        {numRuns: 100},
      );
    }
  });

  it('is not taken for what a text in it says', async () => {
    const decoy = goProgram({goArch: 'arm', goArm: '7', at: 4096 + 8});
    expect(await verdict(decoy, 'armv6l')).toBe('cannot-tell');
  });
});

describe('a program for ARM that Go before 1.18 built', () => {
  it.each([
    [5, 'armv6l', 'yes'],
    [6, 'armv6l', 'yes'],
    [7, 'armv6l', 'no'],
    [7, 'armv7l', 'yes'],
  ] as const)('with %i in its variable runs on %s: %s', async (goArm, architecture, expected) => {
    expect(await verdict(oldGoProgram({goArm}), architecture)).toBe(expected);
  });

  it('is known by a name that is the end of another, too', async () => {
    expect(await verdict(oldGoProgram({goArm: 7, within: 'my.'}), 'armv6l')).toBe('no');
  });

  it.each([
    ['a value that is no GOARM', {goArm: 8}],
    ['another name', {goArm: 7, name: 'runtime.goarmor'}],
    ['two variables of that name', {goArm: 7, symbols: 2}],
    ['an address outside its data', {goArm: 7, address: 0xffffffff}],
    ['a table that ends behind the file', {goArm: 7, tableBytes: 0xfffffff0}],
    ['names in no section', {goArm: 7, link: 99}],
  ])('cannot be told with %s', async (_what, program) => {
    expect(await verdict(oldGoProgram(program), 'armv6l')).toBe('cannot-tell');
  });

  it.each([
    ['1.2', 5, 'yes'],
    ['1.2', 7, 'no'],
    ['1.16', 6, 'yes'],
    ['1.16', 7, 'no'],
  ] as const)(
    'and that is stripped is told by its code, found by the table of Go %s, with %i: %s',
    async (since, goArm, expected) => {
      expect(await verdict(strippedGoProgram({goArm, since}), 'armv6l')).toBe(expected);
    },
  );

  it.each([
    ['a value that is no GOARM', {goArm: 8}],
    ['one comparison only', {goArm: 7, numbers: [5]}],
    ['other numbers', {goArm: 7, numbers: [5, 7]}],
    ['comparisons of two variables', {goArm: 7, isOther: true}],
    ['a function of another name', {goArm: 7, name: 'main.checkgoarm'}],
  ])('and that is stripped cannot be told with %s', async (_what, program) => {
    expect(await verdict(strippedGoProgram(program), 'armv6l')).toBe('cannot-tell');
  });

  const whole = [
    ['with symbols', oldGoProgram({goArm: 7})],
    ['stripped', strippedGoProgram({goArm: 7})],
    ['stripped, of before 1.16', strippedGoProgram({goArm: 7, since: '1.2'})],
  ] as const;

  it.each(whole)('is never told wrongly when it is cut off: %s', async (_what, bytes) => {
    for (let length = 20; length < bytes.length; length += 3)
      expect(await verdict(bytes.subarray(0, length), 'armv6l'), String(length)).toBe('cannot-tell');
  });

  it.each(whole)('is read without an error whatever stands in its tables: %s', async (_what, bytes) => {
    const anyValue = fc.oneof(fc.nat(0xff), fc.constantFrom(0, 1, 40, 0x7f, 0xff));
    const damage = fc.array(fc.tuple(fc.nat(), anyValue), {minLength: 1, maxLength: 12});
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(bytes);
        // Behind the magic and the machine, which are what makes it a program.
        for (const [at, value] of changes) damaged[20 + (at % (damaged.length - 20))] = value;
        expect(['yes', 'no', 'cannot-tell']).toContain(await verdict(damaged, 'armv6l'));
      }),
      {numRuns: 100},
    );
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
