/** What a variant of the program has that is not as Go's linker writes it. */
export interface OldGoProgram {
  readonly goArm: number;
  /** The variable's name. */
  readonly name?: string;
  /** What stands before the name: linkers let a name be the end of another. */
  readonly within?: string;
  /** How often the name stands in the table of symbols, each time at another address. */
  readonly symbols?: number;
  /** Where the variable is said to be in memory. */
  readonly address?: number;
  /** How many bytes the table of symbols is said to have. */
  readonly tableBytes?: number;
  /** Which section is said to have the symbols' names. */
  readonly link?: number;
}

const dataAddress = 0xd0000;

/**
 * A 32-bit ARM program that is not stripped, and has no build information that can be read: a header, the data with
 * the variable, its name, the symbol, and the table of sections. Programs that old Go built are inspected in the
 * loopback ring.
 * @see elf(5)
 */
export function oldGoProgram(of: OldGoProgram): Buffer {
  const {goArm, name = 'runtime.goarm', within = '', symbols = 1, address = dataAddress + 5, link = 2} = of;
  const data = Buffer.alloc(16, 0xee);
  data[5] = goArm;
  const names = Buffer.from(`\0main.main\0${within}${name}\0`, 'latin1');
  const table = Buffer.alloc(16 * (symbols + 1));
  for (let index = 1; index <= symbols; index++) {
    table.writeUInt32LE(names.indexOf(name), 16 * index);
    table.writeUInt32LE(address + index - 1, 16 * index + 4);
    table.writeUInt32LE(1, 16 * index + 8);
    table[16 * index + 12] = 0x11;
  }
  const dataOffset = 52;
  const namesOffset = dataOffset + data.length;
  const tableOffset = namesOffset + names.length;
  const sections = [
    section(0, 0, 0, 0, 0),
    section(1, dataAddress, dataOffset, data.length, 0),
    section(3, 0, namesOffset, names.length, 0),
    section(2, 0, tableOffset, of.tableBytes ?? table.length, link),
  ];
  const header = Buffer.alloc(52);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]).copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(40, 18);
  header.writeUInt32LE(tableOffset + table.length, 32);
  header.writeUInt16LE(40, 46);
  header.writeUInt16LE(sections.length, 48);
  return Buffer.concat([header, data, names, table, ...sections]);
}

function section(type: number, address: number, offset: number, size: number, link: number): Buffer {
  const bytes = Buffer.alloc(40);
  for (const [index, value] of [0, type, 0, address, offset, size, link].entries())
    bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}
