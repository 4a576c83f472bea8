import {isDeepStrictEqual} from 'node:util';
import {type AnyKind, type Change, NotProbed, type Observed} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import {viewOf} from './drivers/reading.ts';
import type {HostAccess} from './host.ts';
import {Overlay} from './overlay.ts';

/** Kinds whose state shows whatever their steps do. What a package's scripts or a started service did is not seen in theirs. */
const shownWhole: ReadonlySet<string> = new Set(['path', 'user', 'group', 'crontab', 'sysctl']);

/** After a change that failed: whether what is seen now is anything else than what was there before, or may be. */
export function isChanged(
  change: Change,
  {
    user,
    host,
    kinds,
  }: {readonly user: string; readonly host: HostAccess; readonly kinds: ReadonlyMap<string, AnyKind>},
): boolean {
  if (!shownWhole.has(change.ref.kind)) return true;
  try {
    return !looksAsBefore(change.before, viewOf(user, host, new Overlay(kinds)).get(change.ref));
  } catch (error) {
    if (error instanceof NotProbed || error instanceof UnknownRead) return true;
    throw error;
  }
}

/** By all that was seen both times. */
function looksAsBefore(before: Observed, after: Observed): boolean {
  if (before.status !== 'present' || after.status !== 'present')
    return before.status === 'absent' && after.status === 'absent';
  const [first, now] = [before.state, after.state] as readonly Readonly<Record<string, unknown>>[];
  return Object.entries(now ?? {}).every(
    ([name, value]) => first?.[name] === undefined || isDeepStrictEqual(first[name], value),
  );
}
