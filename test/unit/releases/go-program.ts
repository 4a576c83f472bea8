/** e_machine of elf(5), by what Go calls it. */
const machines = {'386': 3, arm: 40, amd64: 62, arm64: 183} as const;

/**
 * The head of an ELF program and Go's build information in the form that debug/buildinfo documents: what a program
 * of 200 MB has besides its code. Programs that Go itself built are inspected by `make test-arm`.
 */
export function goProgram(of: {
  readonly goArch: keyof typeof machines;
  readonly goArm?: string | undefined;
  readonly goOs?: string;
  /** Where the information stands. */
  readonly at?: number;
}): Buffer {
  const settings = [
    `build\tGOARCH=${of.goArch}`,
    ...(of.goOs ? [`build\tGOOS=${of.goOs}`] : []),
    ...(of.goArm ? [`build\tGOARM=${of.goArm}`] : []),
  ];
  const mark = Buffer.alloc(16, 0xaa);
  const module = Buffer.concat([mark, Buffer.from(`path\texample\n${settings.join('\n')}\n`), mark]);
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = 8;
  header[15] = 2;
  const information = Buffer.concat([header, withLength(Buffer.from('go1.24.1')), withLength(module)]);
  const at = of.at ?? 4096;
  const bytes = Buffer.alloc(at + information.length + 100);
  bytes.writeUInt32BE(0x7f454c46);
  bytes[5] = 1;
  bytes.writeUInt16LE(machines[of.goArch], 18);
  information.copy(bytes, at);
  return bytes;
}

/** Go's uvarint of the length, then the bytes. */
function withLength(bytes: Buffer): Buffer {
  const length = bytes.length;
  const prefix = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Buffer.concat([Buffer.from(prefix), bytes]);
}
