import {UnknownRead} from '../../text/index.ts';
import {TransportError} from '../../transport/index.ts';
import {type BackupState, backupRef} from '../backup/kind.ts';
import type {KeptChange} from '../backup/manifest.ts';
import {ask, type Interpretation} from '../effect.ts';
import {lastFirst} from './order.ts';

/**
 * What users kept of their changes in a run. One whom the run itself has removed cannot be asked before that is taken
 * back: `gone`.
 */
export function* keptChanges(
  users: readonly string[],
  run: string,
): Interpretation<{readonly changes: readonly KeptChange[]; readonly gone: Set<string>}> {
  const changes: KeptChange[] = [];
  const unasked = new Map<string, TransportError>();
  for (const user of users) {
    try {
      changes.push(...((yield* changesOf(user, run)) ?? []));
    } catch (error) {
      if (!(error instanceof TransportError) || error.failure !== 'become') throw error;
      unasked.set(user, error);
    }
  }
  for (const [user, error] of unasked) if (!changes.some((change) => removes(change, user))) throw error;
  return {changes, gone: new Set(unasked.keys())};
}

function removes({kind, id, attributes}: KeptChange, user: string): boolean {
  return (
    kind === 'user' && id === user && attributes.some(({name, after}) => name === 'exists' && after === false)
  );
}

/** The same of those who are there again, who are taken off the set when something is found; it may come with a home. */
export function* keptByReturned(returned: Set<string>, run: string): Interpretation<readonly KeptChange[]> {
  const changes: KeptChange[] = [];
  for (const user of returned) {
    try {
      const found = yield* changesOf(user, run);
      if (found === undefined) continue;
      changes.push(...found);
      returned.delete(user);
    } catch (error) {
      const isToCome = error instanceof TransportError && error.failure === 'become';
      if (!isToCome && !(error instanceof UnknownRead)) throw error;
    }
  }
  return changes;
}

/** Undefined: there is nothing. */
function* changesOf(user: string, run: string): Interpretation<readonly KeptChange[] | undefined> {
  const ref = backupRef(user, run);
  const seen = (yield* ask({type: 'need', user, refs: [ref]})).get<BackupState>(ref);
  return seen.status === 'present' ? seen.state.changes : undefined;
}

/** As they are taken back, each with what the others have to say of it. */
export function inTurn(changes: readonly KeptChange[]): readonly KeptChange[] {
  const sorted = lastFirst(changes);
  return sorted.map((change, index) => {
    const twins = sorted.filter(({id, before}) => id !== change.id && isSameObject(before, change.before));
    return {
      ...change,
      ...(sorted.some(({ref}, other) => other > index && ref === change.ref) ? {again: true} : {}),
      ...(twins.length > 0 ? {twins: [...new Set(twins.map(({id}) => id))]} : {}),
    };
  });
}

/** Two names of one file. */
function isSameObject(a: KeptChange['before'], b: KeptChange['before']): boolean {
  return a?.inode !== undefined && a.inode === b?.inode;
}
