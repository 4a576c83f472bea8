import type {FileHandle} from 'node:fs/promises';
import {byteNamed, contentOf, memoryAt, pieceAt, progBits, type Section} from './elf.ts';

/**
 * For which ARM a program was built by Go before 1.18, which wrote down no settings. Its runtime compares a variable with
 * the CPU that it starts on; where the table of symbols is stripped, the code that does so tells where that variable is.
 * The flags of the ELF header are the same for all GOARM, and Go writes no section of ARM attributes: neither says anything.
 * @returns 5, 6 or 7; undefined where it cannot be told
 * @throws what the file system refuses
 * @see https://github.com/golang/go/blob/go1.17.13/src/runtime/os_linux_arm.go
 */
export async function goArmInside(
  handle: FileHandle,
  sections: readonly Section[],
): Promise<number | undefined> {
  const value =
    (await byteNamed(handle, sections, 'runtime.goarm')) ?? (await byteCompared(handle, sections));
  return value !== undefined && value >= 5 && value <= 7 ? value : undefined;
}

/** Every instruction and every literal of `runtime.checkgoarm` takes four bytes, and it has some ninety of them. */
const codeBytes = 4096;

/** Only where the code is as the compiler writes it, and looks at one and the same byte both times. */
async function byteCompared(handle: FileHandle, sections: readonly Section[]): Promise<number | undefined> {
  const table = await functionTable(handle, sections);
  const range = table && codeOf(table, 'runtime.checkgoarm');
  if (!range || range.end <= range.start || range.end - range.start > codeBytes) return undefined;
  const code = await memoryAt(handle, sections, range.start, range.end - range.start);
  const address = comparedWith(code, 5);
  if (address === undefined || comparedWith(code, 6) !== address) return undefined;
  const [value] = await memoryAt(handle, sections, address, 1);
  return value;
}

/** The first word of Go's table of functions, which stack traces need, so that it is in stripped programs, too. */
const since2 = 0xfffffffb;
const since16 = 0xfffffffa;
/** After it: two zeros, the size of instructions and that of pointers. */
const layout = 0x04040000;
/** Go's linker writes some 25. */
const manySections = 64;

async function functionTable(handle: FileHandle, sections: readonly Section[]): Promise<Buffer | undefined> {
  for (const section of sections.slice(0, manySections)) {
    // An empty section of Go's symbols begins at the same place.
    if (section.type !== progBits || section.size === 0) continue;
    const head = await pieceAt(handle, section.offset, 8);
    if (head.length < 8 || head.readUInt32LE(4) !== layout) continue;
    if ([since2, since16].includes(head.readUInt32LE(0))) return contentOf(handle, section);
  }
  return undefined;
}

/**
 * Where the code of a function is in memory. In the table are pairs of its start and where more is said of it, there its
 * start again and its name.
 * @see https://github.com/golang/go/blob/go1.17.13/src/debug/gosym/pclntab.go
 */
function codeOf(table: Buffer, name: string): {start: number; end: number} | undefined {
  const word = (at: number): number => (at + 4 <= table.length ? table.readUInt32LE(at) : 0);
  const isOld = word(0) === since2;
  const [names, details] = isOld ? [0, 0] : [word(16), word(32)];
  const pairs = isOld ? 12 : details;
  const place = table.indexOf(`\0${name}\0`, 0, 'latin1');
  if (place === -1) return undefined;
  for (let index = 0, at = pairs; index < word(8) && at + 12 <= table.length; index++, at += 8)
    if (word(details + word(at + 4) + 4) === place + 1 - names) return {start: word(at), end: word(at + 8)};
  return undefined;
}

/**
 * The address of a byte that is compared with a number: `ldr A, [pc, #x]`, `ldrb B, [A]`, `cmp B, #number`.
 * @see https://developer.arm.com/documentation/ddi0406/latest, the encodings A1
 */
function comparedWith(code: Buffer, number: number): number | undefined {
  for (let at = 0; at + 12 <= code.length; at += 4) {
    const [load = 0, fetch = 0, compare] = [0, 4, 8].map((more) => code.readUInt32LE(at + more));
    const pointer = (load >>> 12) & 0xf;
    const byte = (fetch >>> 12) & 0xf;
    if (load - pointer * 0x1000 - (load & 0xfff) !== 0xe59f0000) continue;
    if (fetch !== 0xe5d00000 + pointer * 0x10000 + byte * 0x1000) continue;
    if (compare !== 0xe3500000 + byte * 0x10000 + number) continue;
    // The program counter is two instructions ahead.
    const literal = at + 8 + (load & 0xfff);
    return literal + 4 <= code.length ? code.readUInt32LE(literal) : undefined;
  }
  return undefined;
}
