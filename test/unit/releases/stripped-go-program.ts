/** What a variant of the program has that is not as Go writes it. */
export interface StrippedGoProgram {
  readonly goArm: number;
  /** The form of the table of functions: since Go 1.2, or since 1.16. */
  readonly since?: '1.2' | '1.16';
  /** The numbers that its code compares the variable with. */
  readonly numbers?: readonly number[];
  /** The second comparison is of another variable. */
  readonly isOther?: boolean;
  /** The function's name. */
  readonly name?: string;
}

const codeAddress = 0x11000;
const dataAddress = 0xd0000;

/**
 * A 32-bit ARM program that old Go built and stripped: a header, the code that compares a variable, the data with it, the
 * table of functions, and the table of sections.
 * @see https://github.com/golang/go/blob/go1.17.13/src/debug/gosym/pclntab.go
 */
export function strippedGoProgram(of: StrippedGoProgram): Buffer {
  const {goArm, since = '1.16', numbers = [5, 6], isOther = false, name = 'runtime.checkgoarm'} = of;
  const code = words(
    ...numbers.flatMap((number, index) => {
      // Literals stand behind all comparisons; the program counter is two instructions ahead.
      const literal = 12 * numbers.length + 4 * index;
      return [0xe59fb000 + (literal - 12 * index - 8), 0xe5db0000, 0xe3500000 + number];
    }),
    ...numbers.map((_number, index) => dataAddress + (isOther ? index : 0)),
  );
  const data = Buffer.alloc(16, goArm);
  const table = functionTable(name, since === '1.2', codeAddress + code.length);
  const places = [code, data, table].map((_bytes, index, all) =>
    all.slice(0, index).reduce((sum, {length}) => sum + length, 52),
  );
  const [codeOffset = 0, dataOffset = 0, tableOffset = 0] = places;
  const sections = words(
    ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...[0, 1, 6, codeAddress, codeOffset, code.length, 0, 0, 4, 0],
    ...[0, 1, 3, dataAddress, dataOffset, data.length, 0, 0, 8, 0],
    ...[0, 1, 2, 0xa0000, tableOffset, 0, 0, 0, 1, 0],
    ...[0, 1, 2, 0xa0000, tableOffset, table.length, 0, 0, 8, 0],
  );
  const header = Buffer.alloc(52);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]).copy(header);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(40, 18);
  header.writeUInt32LE(tableOffset + table.length, 32);
  header.writeUInt16LE(40, 46);
  header.writeUInt16LE(5, 48);
  return Buffer.concat([header, code, data, table, sections]);
}

/** Of one function, and where the code ends. */
function functionTable(name: string, isOld: boolean, end: number): Buffer {
  const names = Buffer.from(`\0main.main\0${name}\0`, 'latin1');
  const inNames = names.indexOf(name);
  if (isOld) {
    const head = words(0xfffffffb, 0x04040000, 1, codeAddress, 24, end);
    return Buffer.concat([head, words(codeAddress, 32 + inNames), names]);
  }
  const head = words(0xfffffffa, 0x04040000, 1, 0, 36, 0, 0, 0, 36 + names.length);
  return Buffer.concat([head, names, words(codeAddress, 12, end), words(codeAddress, inNames)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
}
