import type {FileHandle} from 'node:fs/promises';

/** At most so many bytes from a place in a file: fewer at its end. */
export async function pieceAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const {bytesRead} = await handle.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

/** A section of a 32-bit ELF file: where it stands in the file, and in memory once the program runs. */
export interface Section {
  /** SHT_PROGBITS 1, SHT_SYMTAB 2… */
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Of a table of symbols: which section has their names. */
  readonly link: number;
}

/** e_ident of a 32-bit little-endian file. */
const identity = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1]);
const fileHeaderBytes = 52;
const sectionHeaderBytes = 40;
const symbolBytes = 16;
export const progBits = 1;
const symbolTable = 2;
const objectSymbol = 1;

/** Of a table that is larger nothing is read: Vault's names have some 15 MB, and a length in a file may be any. */
const tableBytes = 64 * 1024 * 1024;
/** Ends of other names count as well, of which there are few. */
const manyPlaces = 64;

/**
 * What a variable of one byte is set to before the program runs, by its name in the table of symbols.
 * @returns undefined where the file has no such symbol (it is stripped)
 * @throws what the file system refuses
 * @see elf(5)
 */
export async function byteNamed(
  handle: FileHandle,
  sections: readonly Section[],
  name: string,
): Promise<number | undefined> {
  const symbols = sections.find(({type}) => type === symbolTable);
  const names = symbols && sections[symbols.link];
  if (!names) return undefined;
  const address = addressOf(name, await contentOf(handle, symbols), await contentOf(handle, names));
  const [value] = address === undefined ? [] : await memoryAt(handle, sections, address, 1);
  return value;
}

/**
 * What is in memory before the program runs: its code, and what its variables are set to.
 * @returns fewer bytes than asked for, or none, where no section has them
 */
export async function memoryAt(
  handle: FileHandle,
  sections: readonly Section[],
  address: number,
  length: number,
): Promise<Buffer> {
  const home = sections.find(
    ({type, address: start, size}) =>
      type === progBits && start !== 0 && address >= start && address + length - start <= size,
  );
  return home ? pieceAt(handle, home.offset + (address - home.address), length) : Buffer.alloc(0);
}

/** Undefined also where there are several: then it is not known which of them is meant. */
function addressOf(name: string, symbols: Buffer, names: Buffer): number | undefined {
  const text = Buffer.from(`${name}\0`, 'latin1');
  const places = new Set<number>();
  for (let at = names.indexOf(text); at !== -1; at = names.indexOf(text, at + 1)) {
    places.add(at);
    if (places.size > manyPlaces) return undefined;
  }
  let address: number | undefined;
  for (let at = 0; at + symbolBytes <= symbols.length; at += symbolBytes) {
    if (!places.has(symbols.readUInt32LE(at))) continue;
    const isByte = symbols.readUInt32LE(at + 8) === 1 && (symbols.readUInt8(at + 12) & 0xf) === objectSymbol;
    if (!isByte) continue;
    if (address !== undefined) return undefined;
    address = symbols.readUInt32LE(at + 4);
  }
  return address;
}

/**
 * A file may claim anything, so what does not lie within it is passed over here and below.
 * @returns none where it is no 32-bit little-endian ELF program
 * @throws what the file system refuses
 * @see elf(5)
 */
export async function sectionsOf(handle: FileHandle): Promise<readonly Section[]> {
  const header = await pieceAt(handle, 0, fileHeaderBytes);
  if (header.length < fileHeaderBytes || !header.subarray(0, identity.length).equals(identity)) return [];
  if (header.readUInt16LE(46) !== sectionHeaderBytes) return [];
  const table = await pieceAt(handle, header.readUInt32LE(32), header.readUInt16LE(48) * sectionHeaderBytes);
  const sections: Section[] = [];
  for (let at = 0; at + sectionHeaderBytes <= table.length; at += sectionHeaderBytes)
    sections.push({
      type: table.readUInt32LE(at + 4),
      address: table.readUInt32LE(at + 12),
      offset: table.readUInt32LE(at + 16),
      size: table.readUInt32LE(at + 20),
      link: table.readUInt32LE(at + 24),
    });
  return sections;
}

/** Empty where the section does not lie within the file, or is too large to be true. */
export async function contentOf(handle: FileHandle, {offset, size}: Section): Promise<Buffer> {
  const fileBytes = (await handle.stat()).size;
  return size > tableBytes || offset + size > fileBytes ? Buffer.alloc(0) : pieceAt(handle, offset, size);
}
