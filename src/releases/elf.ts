import type {FileHandle} from 'node:fs/promises';

/** At most so many bytes from a place in a file: fewer at its end, none where no file reaches. */
export async function pieceAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (!Number.isSafeInteger(position + length)) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const {bytesRead} = await handle.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

/** What stands together in a file. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

/** A section of an ELF file: where it stands in the file, and in memory once the program runs. */
export interface Section extends Range {
  /** '' where the file has no names for its sections. */
  readonly name: string;
  /** SHT_PROGBITS 1, SHT_SYMTAB 2… */
  readonly type: number;
  readonly address: number;
  /** Of a table of symbols: which section has their names. */
  readonly link: number;
}

/** Where the fields are that are read here, in files for 32 and for 64 bits. */
interface Form {
  readonly word: (bytes: Buffer, at: number) => number;
  readonly fileHeaderBytes: number;
  readonly file: Readonly<Record<'segments' | 'sections' | 'sizes', number>>;
  readonly sectionBytes: number;
  readonly section: Readonly<Record<'address' | 'offset' | 'size' | 'link', number>>;
  readonly segmentBytes: number;
  readonly segment: Readonly<Record<'flags' | 'offset' | 'size', number>>;
}

const form32: Form = {
  word: (bytes, at) => bytes.readUInt32LE(at),
  fileHeaderBytes: 52,
  file: {segments: 28, sections: 32, sizes: 42},
  sectionBytes: 40,
  section: {address: 12, offset: 16, size: 20, link: 24},
  segmentBytes: 32,
  segment: {offset: 4, size: 16, flags: 24},
};

const form64: Form = {
  // More than a number can hold lies in no file.
  word: (bytes, at) => Number(bytes.readBigUInt64LE(at)),
  fileHeaderBytes: 64,
  file: {segments: 32, sections: 40, sizes: 54},
  sectionBytes: 64,
  section: {address: 16, offset: 24, size: 32, link: 40},
  segmentBytes: 56,
  segment: {flags: 4, offset: 8, size: 32},
};

/** The first bytes of a little-endian file, by which its form is known. */
const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const forms: ReadonlyMap<number | undefined, Form> = new Map([
  [1, form32],
  [2, form64],
]);

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

interface FileHeader {
  readonly form: Form;
  readonly bytes: Buffer;
}

/** Undefined where it is no little-endian ELF file. */
async function headerOf(handle: FileHandle): Promise<FileHeader | undefined> {
  const bytes = await pieceAt(handle, 0, form64.fileHeaderBytes);
  const form =
    bytes.subarray(0, magic.length).equals(magic) && bytes[5] === 1 ? forms.get(bytes[4]) : undefined;
  return form && bytes.length >= form.fileHeaderBytes ? {form, bytes} : undefined;
}

/** The entries of a table, as far as the file has them; none where their size is another than the form's. */
async function entriesOf(
  handle: FileHandle,
  {form, bytes}: FileHeader,
  table: 'segments' | 'sections',
): Promise<Buffer[]> {
  const entryBytes = table === 'segments' ? form.segmentBytes : form.sectionBytes;
  const sizes = form.file.sizes + (table === 'segments' ? 0 : 4);
  if (bytes.readUInt16LE(sizes) !== entryBytes) return [];
  const place = form.word(bytes, form.file[table]);
  const all = await contentOf(handle, {offset: place, size: bytes.readUInt16LE(sizes + 2) * entryBytes});
  return Array.from({length: Math.floor(all.length / entryBytes)}, (_, index) =>
    all.subarray(index * entryBytes, (index + 1) * entryBytes),
  );
}

/**
 * A file may claim anything, so what does not lie within it is passed over here and below.
 * @returns none where it is no little-endian ELF program
 * @throws what the file system refuses
 * @see elf(5)
 */
export async function sectionsOf(handle: FileHandle): Promise<readonly Section[]> {
  const header = await headerOf(handle);
  if (!header) return [];
  const {word, section: field, file} = header.form;
  const sections = (await entriesOf(handle, header, 'sections')).map((entry) => ({
    nameAt: entry.readUInt32LE(0),
    type: entry.readUInt32LE(4),
    address: word(entry, field.address),
    offset: word(entry, field.offset),
    size: word(entry, field.size),
    link: entry.readUInt32LE(field.link),
  }));
  const table = sections[header.bytes.readUInt16LE(file.sizes + 8)];
  const names = table ? await contentOf(handle, table) : Buffer.alloc(0);
  return sections.map(({nameAt, ...section}) => ({...section, name: textAt(names, nameAt)}));
}

/** '' for what is longer than any name of a section. */
function textAt(names: Buffer, at: number): string {
  const text = names.subarray(at, at + longestName);
  const end = text.indexOf(0);
  return end === -1 ? '' : text.toString('latin1', 0, end);
}

const longestName = 64;

const loaded = 1;
const executable = 1;
const writable = 2;

/**
 * Where the first of the data is that a program can change, without the zeros that its file does not have.
 * @returns undefined where it is no little-endian ELF program, or has no such data
 * @throws what the file system refuses
 * @see elf(5), PT_LOAD
 */
export async function writableData(handle: FileHandle): Promise<Range | undefined> {
  const header = await headerOf(handle);
  if (!header) return undefined;
  const {word, segment: field} = header.form;
  const entry = (await entriesOf(handle, header, 'segments')).find(
    (bytes) =>
      bytes.readUInt32LE(0) === loaded &&
      (bytes.readUInt32LE(field.flags) & (writable | executable)) === writable,
  );
  return entry && {offset: word(entry, field.offset), size: word(entry, field.size)};
}

/** Empty where it does not lie within the file, or is too large to be true. */
export async function contentOf(handle: FileHandle, {offset, size}: Range): Promise<Buffer> {
  const fileBytes = (await handle.stat()).size;
  return size > tableBytes || offset + size > fileBytes ? Buffer.alloc(0) : pieceAt(handle, offset, size);
}
