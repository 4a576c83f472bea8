/** A file system, where a folder that matters is. */
export interface Volume {
  /** Where it is mounted. */
  readonly point: string;
  /** Of blocks: for users that are not root. */
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** Undefined: it has no fixed number of them, or the host does not say. */
  readonly freeInodes: number | undefined;
  readonly isReadOnly: boolean;
}

/** Of lines `read_only` and `writable` with a place; of several mounts in one place the last is seen. */
export function readOnlyPoints(lines: readonly (readonly string[])[]): ReadonlySet<string> {
  const modes = new Map<string, boolean>();
  for (const [key, point = ''] of lines)
    if (key === 'read_only' || key === 'writable') modes.set(point, key === 'read_only');
  return new Set([...modes].flatMap(([point, isReadOnly]) => (isReadOnly ? [point] : [])));
}

/** What df says, each file system once; the first line is a heading. @see df(1), POSIX format */
export function volumesOf(
  blocks: readonly string[],
  inodes: readonly string[],
  readOnly: ReadonlySet<string>,
): readonly Volume[] {
  const freeInodes = new Map(
    inodes.flatMap((line) => {
      const row = rowOf(line);
      return row && row.total > 0 ? [[row.point, row.free] as const] : [];
    }),
  );
  const volumes = blocks.flatMap((line): readonly Volume[] => {
    const row = rowOf(line);
    if (!row) return [];
    const {point, total, free} = row;
    return [
      {
        point,
        freeBytes: free * 1024,
        sizeBytes: total * 1024,
        freeInodes: freeInodes.get(point),
        isReadOnly: readOnly.has(point.replaceAll(' ', '\\040')),
      },
    ];
  });
  return volumes.filter(({point}, index) => volumes.findIndex((one) => one.point === point) === index);
}

interface Row {
  readonly total: number;
  readonly free: number;
  readonly point: string;
}

/** `overlay 264212084 19242148 76259116 21% /`; a file system may have no percentage. */
function rowOf(line: string): Row | undefined {
  const [, total, free, point] = / (\d+) +\d+ +(\d+) +(?:\d+%|-) +(\/.*)$/.exec(line) ?? [];
  if (total === undefined || free === undefined || point === undefined) return undefined;
  return {total: Number(total), free: Number(free), point};
}
