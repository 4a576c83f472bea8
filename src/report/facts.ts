import {displayWidth, padEnd, visible, wrap} from './width.ts';

/** The part of a host's facts that the table shows. */
interface ShownFacts {
  readonly architecture: string;
  readonly kernel: string;
  readonly memory_mb: number;
  readonly cpus: number;
  readonly os: object;
  readonly addresses: readonly string[];
}

/** Facts as a table, a line for each host; as a list where that is too wide. @param columns of the terminal; undefined: as wide as it gets */
export function factsLines(
  facts: ReadonlyMap<string, ShownFacts>,
  columns: number | undefined,
): readonly string[] {
  const heads = ['host', 'system', 'machine', 'CPUs', 'memory', 'kernel', 'address'];
  const rows = [...facts].map(([name, {architecture, kernel, memory_mb, cpus, os, addresses}]) =>
    [name, systemOf(os), architecture, String(cpus), `${memory_mb} MiB`, kernel, addresses[0] ?? ''].map(
      visible,
    ),
  );
  if (rows.length === 0) return [];
  const widths = heads.map((head, column) =>
    Math.max(...[heads, ...rows].map((row) => displayWidth(row[column] ?? head))),
  );
  const width = widths.reduce((sum, one) => sum + one + 2, -2);
  if (columns !== undefined && width > columns) return rows.flatMap((row) => listed(row, columns));
  return [heads, ...rows].map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A host by itself, where the terminal is too narrow for the table: nothing is cut. */
function listed(
  [
    name = '',
    system = '',
    machine = '',
    cpus = '',
    memory = '',
    kernel = '',
    address = '',
  ]: readonly string[],
  columns: number,
): readonly string[] {
  const parts = [
    system,
    machine,
    `${cpus} CPU${cpus === '1' ? '' : 's'}`,
    memory,
    `kernel ${kernel}`,
    address,
  ];
  const text = `${name}: ${parts.filter((part) => part !== '').join(', ')}`;
  return wrap(text, columns - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** `debian 12`, which is shorter than what the system calls itself. */
function systemOf(os: object): string {
  const {id, version_id: version} = os as {readonly id?: unknown; readonly version_id?: unknown};
  return [id, version].filter((word) => typeof word === 'string' && word !== '').join(' ');
}
