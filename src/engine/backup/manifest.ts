import {createHash} from 'node:crypto';
import {type Attribute, type Kept, type Noted, type Ref, refKey} from '../../resources/index.ts';
import type {TaskLabel} from '../events.ts';

/**
 * What a run keeps on a host of each change, in `backup/RUN/changes` of whoever made it: a line of JSON before the
 * change, and one with what became of the previous version. Version 1; fields may be added.
 */
interface ChangeLine extends Noted {
  readonly v: 1;
  /** Which change of the run on this host it is, from 1, whoever made it. */
  readonly n: number;
  readonly task: Pick<TaskLabel, 'name' | 'module' | 'source'>;
  readonly kind: string;
  /** `kind:id` as the run told it; `id` may be what a link leads to. */
  readonly ref: string;
}

/** A change that a run made, or was about to make. */
export interface KeptChange extends Kept {
  readonly n: number;
  readonly user: string;
  readonly task: ChangeLine['task'];
  readonly kind: string;
  readonly ref: string;
}

export function changeLine(n: number, task: TaskLabel, ref: Ref, noted: Noted): string {
  const {name, module, source} = task;
  const {file, line, column} = source;
  const entry: ChangeLine = {
    v: 1,
    n,
    task: {name, module, source: {file, line, column}},
    kind: ref.kind,
    ref: refKey(ref),
    ...noted,
  };
  return JSON.stringify(entry);
}

/** Versions of one thing have one name up to the dot, and sort as they were made. */
export function versionStem(kind: string, id: string): string {
  return createHash('sha256').update(`${kind}:${id}`).digest('hex').slice(0, 24);
}

export function versionName(kind: string, id: string, n: number): string {
  return `${versionStem(kind, id)}.${String(n).padStart(4, '0')}`;
}

/** What stands in a folder of backups, in the order of the changes. A line cut short by a power failure is passed over. */
export function parseChanges(
  user: string,
  directory: string,
  lines: readonly string[],
): readonly KeptChange[] {
  const changes = new Map<number, KeptChange>();
  for (const value of lines.map(parseJson)) {
    if (!isObject(value) || value.v !== 1 || typeof value.n !== 'number') continue;
    const known = changes.get(value.n);
    if (known && typeof value.kept === 'string') changes.set(value.n, {...known, kept: value.kept});
    if (!isChangeLine(value)) continue;
    const {n, task, kind, ref, id, attributes, before, sensitive} = value;
    const version = `${directory}/${versionName(kind, id, n)}`;
    const noted: Noted = {id, attributes, ...(before ? {before} : {}), ...(sensitive ? {sensitive} : {})};
    changes.set(n, {n, user, task, kind, ref, version, ...noted});
  }
  return [...changes.values()];
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isChangeLine(value: object): value is ChangeLine {
  if (!('kind' in value && 'id' in value && 'attributes' in value && 'task' in value)) return false;
  const {kind, id, attributes, task} = value;
  if (!('ref' in value) || typeof value.ref !== 'string') return false;
  return (
    typeof kind === 'string' &&
    typeof id === 'string' &&
    Array.isArray(attributes) &&
    attributes.every(isAttribute) &&
    isObject(task) &&
    typeof task.name === 'string' &&
    typeof task.module === 'string' &&
    isObject(task.source)
  );
}

function isAttribute(value: unknown): value is Attribute {
  return isObject(value) && typeof value.name === 'string';
}

function isObject(value: unknown): value is {readonly [name: string]: unknown} {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
