import {type FileHandle, open} from 'node:fs/promises';
import type {Architecture} from './architecture.ts';
import {pieceAt, type Range, type Section, sectionsOf, writableData} from './elf.ts';
import {goArmInside} from './go-arm.ts';

/** What the bytes of a program say of the machine it was built for. */
export interface ProgramFacts {
  /** As Go names it: amd64, 386, arm64, arm; of the ELF header where Go says nothing. */
  readonly machine: string;
  /** `go1.21.3`; undefined where it is no Go program, or one whose build information cannot be read. */
  readonly goVersion?: string;
  /** The oldest ARM that it runs on: 5, 6 or 7. Undefined where it is no ARM program or does not say. */
  readonly goArm?: number;
  /** For which system Go built it; undefined where it does not say, as before Go 1.18. */
  readonly goOs?: string;
  /** What it needs of the CPU beyond what all of its kind have: `GOARM64=v8.1`, `GOAMD64=v3`. */
  readonly needs?: string;
  /** ARM without a floating point unit. */
  readonly softFloat: boolean;
}

/** Whether a program runs on a machine, as far as its bytes tell. */
export type Fit =
  | {readonly fits: 'yes'}
  | {readonly fits: 'no'; readonly reason: string}
  | {readonly fits: 'cannot-tell'; readonly reason: string};

/** e_machine of the ELF header. @see elf(5) */
const machines: ReadonlyMap<number, string> = new Map([
  [3, '386'],
  [40, 'arm'],
  [62, 'amd64'],
  [183, 'arm64'],
  [243, 'riscv64'],
  [21, 'ppc64'],
  [22, 's390x'],
]);

/**
 * Reads the ELF header and Go's build information from a program's file, a piece at a time: it may have 200 MB.
 * @returns undefined when it is no ELF program for a machine known here
 * @throws what the file system refuses
 */
export async function inspectProgram(file: string): Promise<ProgramFacts | undefined> {
  const handle = await open(file);
  try {
    const head = await pieceAt(handle, 0, 20);
    if (head.length < 20 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
    const machine = machines.get(head[5] === 1 ? head.readUInt16LE(18) : head.readUInt16BE(18));
    if (machine === undefined) return undefined;
    const sections = await sectionsOf(handle);
    const facts = factsOf(machine, await goBuildInformation(handle, sections));
    const asksCode = machine === 'arm' && facts.goArm === undefined;
    const goArm = asksCode ? await goArmInside(handle, sections) : undefined;
    return goArm === undefined ? facts : {...facts, goArm, softFloat: goArm === 5};
  } finally {
    await handle.close();
  }
}

function factsOf(machine: string, go: GoBuildInformation | undefined): ProgramFacts {
  if (!go) return {machine, softFloat: false};
  const system = go.settings.get('GOOS');
  const arm = /^(\d+)(,softfloat)?/.exec(go.settings.get('GOARM') ?? '');
  return {
    machine,
    goVersion: go.version,
    ...(system === undefined ? {} : {goOs: system}),
    ...(machine === 'arm' && arm ? {goArm: Number(arm[1])} : {}),
    ...needsOf(machine, go.settings),
    // GOARM=5 is software floating point by its definition; later ones may choose it. @see https://go.dev/wiki/GoArm
    softFloat: machine === 'arm' && arm !== null && (arm[1] === '5' || arm[2] !== undefined),
  };
}

/** What each is without a word: what every CPU of the kind has. @see https://go.dev/wiki/MinimumRequirements */
const least: Readonly<Record<string, readonly [setting: string, level: string]>> = {
  arm64: ['GOARM64', 'v8.0'],
  amd64: ['GOAMD64', 'v1'],
};

function needsOf(machine: string, settings: ReadonlyMap<string, string>): Pick<ProgramFacts, 'needs'> {
  const [setting = '', level] = least[machine] ?? [];
  const value = settings.get(setting);
  return value === undefined || value === level ? {} : {needs: `${setting}=${value}`};
}

interface GoBuildInformation {
  readonly version: string;
  /** GOARCH, GOARM, CGO_ENABLED…; empty before Go 1.18. */
  readonly settings: ReadonlyMap<string, string>;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
/** Where the strings begin, counted from the magic; before it: pointer size, flags, and room for two pointers. */
const headerBytes = 32;
/** The module information stands between two marks of 16 bytes. */
const markBytes = 16;

const pieceBytes = 4 * 1024 * 1024;
/** More than the build information of any program seen: it lists every module that was built in. */
const informationBytes = 512 * 1024;

/**
 * Only where Go's linker writes it: a program may carry another one, or look for the same text.
 * @see https://github.com/golang/go/blob/go1.24.1/src/debug/buildinfo/buildinfo.go, DataStart of elfExe
 */
async function goBuildInformation(
  handle: FileHandle,
  sections: readonly Section[],
): Promise<GoBuildInformation | undefined> {
  const range = sections.find(({name}) => name === '.go.buildinfo') ?? (await writableData(handle));
  return range && informationWithin(handle, range);
}

/** Go's linker writes one. */
const mostTries = 8;

async function informationWithin(
  handle: FileHandle,
  {offset, size}: Range,
): Promise<GoBuildInformation | undefined> {
  let tries = 0;
  // Pieces overlap, so that no magic is cut in two.
  for (let from = 0; from < size; from += pieceBytes - 16) {
    const length = Math.min(pieceBytes, size - from);
    const piece = await pieceAt(handle, offset + from, length);
    for (let at = piece.indexOf(magic); at !== -1; at = piece.indexOf(magic, at + 1)) {
      // It is aligned, and what follows makes sense.
      if ((offset + from + at) % 16 !== 0) continue;
      // A file may hold any number of them, each of which would be read up to its end.
      if (++tries > mostTries) return undefined;
      const found = parseInformation(await pieceAt(handle, offset + from + at, informationBytes));
      if (found) return found;
    }
    if (piece.length < length) return undefined;
  }
  return undefined;
}

/** @see https://pkg.go.dev/debug/buildinfo, the format since Go 1.18 (strings inline: flag 2) */
function parseInformation(bytes: Buffer): GoBuildInformation | undefined {
  if (((bytes[magic.length + 1] ?? 0) & 2) === 0) return undefined;
  const version = stringAt(bytes, headerBytes);
  if (!version || !/^(go|devel)/.test(version.text)) return undefined;
  const module = stringAt(bytes, version.end);
  const text = module && module.text.length > 2 * markBytes ? module.text.slice(markBytes, -markBytes) : '';
  const settings = [...text.matchAll(/^build\t([A-Za-z0-9_.-]+)=(.*)$/gm)];
  return {
    version: version.text,
    settings: new Map(settings.map(([, key = '', value = '']) => [key, value])),
  };
}

/** A length as Go's uvarint, then as many bytes. */
function stringAt(bytes: Buffer, from: number): {text: string; end: number} | undefined {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[from + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      const start = from + index + 1;
      if (start + length > bytes.length) return undefined;
      return {text: bytes.toString('latin1', start, start + length), end: start + length};
    }
  }
  return undefined;
}

/** What Go calls the machine of each architecture, and the newest GOARM that it runs. */
const runs: Readonly<Record<Architecture, {readonly machine: string; readonly arm?: number}>> = {
  x86_64: {machine: 'amd64'},
  i686: {machine: '386'},
  aarch64: {machine: 'arm64'},
  armv7l: {machine: 'arm', arm: 7},
  armv6l: {machine: 'arm', arm: 6},
};

/** Whether a program runs on a host of an architecture. */
export function fitOf(program: ProgramFacts | undefined, architecture: Architecture): Fit {
  const wanted = runs[architecture];
  if (!program) return {fits: 'no', reason: 'it is no Linux program'};
  if (program.goOs !== undefined && program.goOs !== 'linux')
    return {fits: 'no', reason: `it is built for ${program.goOs}, and not for Linux`};
  if (program.machine !== wanted.machine) {
    return {
      fits: 'no',
      reason: `it is built for ${program.machine}, and ${architecture} needs ${wanted.machine}`,
    };
  }
  if (program.needs !== undefined)
    return {
      fits: 'cannot-tell',
      reason: `it is built with ${program.needs}, and not every CPU of ${architecture} has that`,
    };
  if (wanted.arm === undefined) return {fits: 'yes'};
  if (program.goArm === undefined) {
    const reason = program.goVersion
      ? `${program.goVersion} did not write down for which ARM it built`
      : 'it does not say for which ARM it is built';
    return {fits: 'cannot-tell', reason};
  }
  if (program.goArm > wanted.arm) {
    const reason = `it is built with GOARM=${program.goArm}, and ${architecture} runs up to GOARM=${wanted.arm}: it would end with an illegal instruction`;
    return {fits: 'no', reason};
  }
  return {fits: 'yes'};
}
