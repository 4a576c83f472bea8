import {displayWidth, padEnd, truncate, visible} from './width.ts';

/** The part of a host's facts that the table shows. */
interface ShownFacts {
  readonly architecture: string;
  readonly kernel: string;
  readonly memory_mb: number;
  readonly cpus: number;
  readonly os: object;
  readonly addresses: readonly string[];
}

/** Facts as a table, a line for each host. @param columns its greatest width; undefined: nothing is cut */
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
  return [heads, ...rows].map((row) => {
    const line = row.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join('  ');
    return columns === undefined ? line.trimEnd() : truncate(line.trimEnd(), columns);
  });
}

/** `debian 12`, which is shorter than what the system calls itself. */
function systemOf(os: object): string {
  const {id, version_id: version} = os as {readonly id?: unknown; readonly version_id?: unknown};
  return [id, version].filter((word) => typeof word === 'string' && word !== '').join(' ');
}
