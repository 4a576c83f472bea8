import {joinScripts, type Script, sh} from '../../shell/index.ts';
import type {Ref, ResourceKind} from '../contract.ts';
import {onlyRead} from '../only-read.ts';

/**
 * A handler that a host is owed, as its journal keeps it: one file a handler, one line of JSON.
 * The format is version 1; fields may be added.
 */
export interface OwedHandler {
  readonly v: 1;
  readonly handler: string;
  /** What defines it: `role:vault` or `playbook:vault.yml`. */
  readonly of: string;
  /** SHA-256 of the handler's definition, first 12 digits. */
  readonly digest: string;
  /** The playbook that notified it, as a person would name it. */
  readonly playbook: string;
  readonly run: string;
  /** ISO 8601, the control node's clock. */
  readonly since: string;
  /** InvocationID of each unit that it restarts, at the time of notification; empty when the unit was not running. */
  readonly units: Readonly<Record<string, string>>;
  /** When systemd had last read the files of units then, in microseconds of the monotonic clock. */
  readonly filesReadUs?: number;
}

/** The state of the journal as the resource kind `journal`: its id is the folder. */
export interface JournalState {
  readonly owed: readonly OwedHandler[];
  /** Whole entries that are none of ours as we know them: most likely those of a later vprov. */
  readonly unread: number;
  /** The user has a place to write it: a home. */
  readonly writable: boolean;
}

/** Where a user's journal lies: root's in `/var/lib/vprov`, another's in its own state folder. */
export function journalDirectory(user: string): string {
  return user === 'root' ? '/var/lib/vprov/owed' : '~/.local/state/vprov/owed';
}

/** @param user whose journal it is */
export function journalRef(user: string): Ref<'journal'> {
  return {kind: 'journal', id: journalDirectory(user), facets: ['state']};
}

/** The journal is read like any resource, in the first request of a run; it is written with the changes that owe. */
export const journalKind: ResourceKind<'journal', JournalState, never> = {
  kind: 'journal',
  probe: (refs) =>
    joinScripts(
      refs.map(
        (ref) =>
          sh`for f in ${journalPath(ref.id)}/*.json; do [ -f "$f" ] && cat "$f"; done; [ ! -w ${placeOf(ref.id)} ] || echo writable`,
      ),
    ),
  parse: (output, refs) => {
    const lines = output.stdout.toString('utf8').split('\n');
    const entries = lines.filter((line) => line.startsWith('{')).flatMap(parseLine);
    const owed = entries.filter(isOwed);
    const state = {owed, unread: entries.length - owed.length, writable: lines.includes('writable')};
    return new Map(refs.map((ref) => [`journal:${ref.id}` as const, {status: 'present', state}] as const));
  },
  ...onlyRead,
};

function parseLine(line: string): readonly unknown[] {
  try {
    return [JSON.parse(line)];
  } catch (error) {
    // A line cut short by a power failure: the change behind it never began, see `oweScript`.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function isOwed(value: unknown): value is OwedHandler {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    value.v === 1 &&
    'handler' in value &&
    typeof value.handler === 'string' &&
    'of' in value &&
    typeof value.of === 'string' &&
    'units' in value &&
    typeof value.units === 'object' &&
    value.units !== null
  );
}

/** A folder of the journal as the shell has it, which knows the home. */
export function journalPath(path: string): Script {
  return path.startsWith('~/') ? sh`"$HOME"/${path.slice(2)}` : sh`${path}`;
}

/** What must be writable for the folder to be made. */
function placeOf(path: string): Script {
  return path.startsWith('~/') ? sh`"$HOME"` : sh`/var/lib`;
}
