/** The fields of elf(5) that programs in tests have, in files for 32 and for 64 bits: place and bytes. */
const forms = {
  32: {
    class: 1,
    fileBytes: 52,
    file: {segments: [28, 4], sections: [32, 4], sizes: 42},
    sectionBytes: 40,
    section: {offset: [16, 4], size: [20, 4]},
    segmentBytes: 32,
    segment: {flags: [24, 4], offset: [4, 4], size: [16, 4]},
  },
  64: {
    class: 2,
    fileBytes: 64,
    file: {segments: [32, 8], sections: [40, 8], sizes: 54},
    sectionBytes: 64,
    section: {offset: [24, 8], size: [32, 8]},
    segmentBytes: 56,
    segment: {flags: [4, 4], offset: [8, 8], size: [32, 8]},
  },
} as const;

export interface Tables {
  readonly bits: 32 | 64;
  /** e_machine. */
  readonly machine: number;
  /** What is loaded; flags: executable 1, writable 2, readable 4. */
  readonly segments?: readonly {readonly flags: number; readonly offset: number; readonly size: number}[];
  readonly sections?: readonly {readonly name: string; readonly offset: number; readonly size: number}[];
}

/**
 * A little-endian ELF file with the given bytes from `startsAt` on, and the tables around them.
 * @see elf(5)
 */
export function elfFile(content: Buffer, of: Tables): Buffer {
  const form = forms[of.bits];
  const {segments = [], sections = []} = of;
  const head = Buffer.alloc(startsAt);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, form.class, 1, 1]).copy(head);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(of.machine, 18);
  const write = (bytes: Buffer, [at, length]: readonly [number, number], value: number): void =>
    void bytes.writeUIntLE(value, at, Math.min(length, 6));
  const table = (count: number, bytes: number) => Array.from({length: count}, () => Buffer.alloc(bytes));

  const loaded = table(segments.length, form.segmentBytes);
  for (const [index, segment] of segments.entries()) {
    const entry = loaded[index] as Buffer;
    entry.writeUInt32LE(1, 0);
    for (const key of ['flags', 'offset', 'size'] as const) write(entry, form.segment[key], segment[key]);
  }
  Buffer.concat(loaded).copy(head, form.fileBytes);
  write(head, form.file.segments, form.fileBytes);
  for (const [index, value] of [form.segmentBytes, segments.length].entries())
    head.writeUInt16LE(value, form.file.sizes + 2 * index);
  if (sections.length === 0) return Buffer.concat([head, content]);

  const names = Buffer.from(['', ...sections.map(({name}) => name), '.shstrtab', ''].join('\0'), 'latin1');
  const namesAt = startsAt + content.length;
  const all = [...sections, {name: '.shstrtab', offset: namesAt, size: names.length}];
  const described = table(all.length + 1, form.sectionBytes);
  for (const [index, section] of all.entries()) {
    const entry = described[index + 1] as Buffer;
    entry.writeUInt32LE(names.indexOf(`\0${section.name}\0`, 0, 'latin1') + 1, 0);
    entry.writeUInt32LE(1, 4);
    for (const key of ['offset', 'size'] as const) write(entry, form.section[key], section[key]);
  }
  write(head, form.file.sections, namesAt + names.length);
  for (const [index, value] of [form.sectionBytes, described.length, described.length - 1].entries())
    head.writeUInt16LE(value, form.file.sizes + 4 + 2 * index);
  return Buffer.concat([head, content, names, ...described]);
}

/** Where the content of a file begins. */
export const startsAt = 4096;
