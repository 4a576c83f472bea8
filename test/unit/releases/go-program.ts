import {elfFile, startsAt} from './elf-tables.ts';

/** e_machine of elf(5), by what Go calls it, and the width of its addresses. */
const machines = {
  '386': {machine: 3, bits: 32},
  arm: {machine: 40, bits: 32},
  amd64: {machine: 62, bits: 64},
  arm64: {machine: 183, bits: 64},
} as const;

/**
 * The head of an ELF program and Go's build information in the form that debug/buildinfo documents: what a program
 * of 200 MB has besides its code. Programs that Go itself built are inspected by `make test-arm`.
 */
export function goProgram(of: {
  readonly goArch: keyof typeof machines;
  readonly goArm?: string | undefined;
  readonly goOs?: string;
  /** GOARM64 or GOAMD64, with its value. */
  readonly level?: string;
  /** Where the information stands. */
  readonly at?: number;
  /** Whether it has a table of sections, as what Go's linker writes, or only says what is loaded. */
  readonly hasSections?: boolean;
  /** What it carries in front of its own information. */
  readonly carries?: Buffer;
}): Buffer {
  const settings = [
    `build\tGOARCH=${of.goArch}`,
    ...(of.goOs ? [`build\tGOOS=${of.goOs}`] : []),
    ...(of.goArm ? [`build\tGOARM=${of.goArm}`] : []),
    ...(of.level ? [`build\t${of.level}`] : []),
  ];
  const mark = Buffer.alloc(16, 0xaa);
  const module = Buffer.concat([mark, Buffer.from(`path\texample\n${settings.join('\n')}\n`), mark]);
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = 8;
  header[15] = 2;
  const information = Buffer.concat([header, withLength(Buffer.from('go1.24.1')), withLength(module)]);
  const carried = of.carries ?? Buffer.alloc(0);
  const at = of.at ?? startsAt + Math.ceil(carried.length / 16) * 16;
  const content = Buffer.alloc(at - startsAt + information.length + 100);
  carried.copy(content);
  information.copy(content, at - startsAt);
  return elfFile(content, {
    ...machines[of.goArch],
    segments: [
      {flags: 5, offset: 0, size: startsAt},
      {flags: 4, offset: startsAt, size: carried.length},
      {flags: 6, offset: startsAt + carried.length, size: content.length - carried.length},
    ],
    sections: of.hasSections ? [{name: '.go.buildinfo', offset: at, size: information.length}] : [],
  });
}

/** Go's uvarint of the length, then the bytes. */
function withLength(bytes: Buffer): Buffer {
  const length = bytes.length;
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Buffer.concat([Buffer.from(prefix), bytes]);
}
