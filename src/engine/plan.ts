import {
  type AnyKind,
  type Change,
  isRefusal,
  type Known,
  type Observed,
  type Ref,
  type Refusal,
  refKey,
  type StateView,
  type Want,
} from '../resources/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {Overlay} from './overlay.ts';

/** Everything that must be known to judge these wants. */
export function readsOf(wants: readonly Want[], kinds: ReadonlyMap<string, AnyKind>): readonly Ref[] {
  return wants.flatMap((want) => kindOf(want, kinds).reads(want));
}

/**
 * The changes that make the wants true, in their order; a later want is judged with the earlier ones' changes in view.
 * Pure. Empty when everything is as wanted.
 * @param shown more that is to be known of what is changed, by the names of the wants: the texts for a diff
 * @throws NotProbed when a change of the same task leads to what was not asked for
 * @throws UnknownRead when the state of a resource cannot be known yet
 */
export function planChanges(
  wants: readonly Want[],
  kinds: ReadonlyMap<string, AnyKind>,
  view: StateView,
  shown: readonly Ref[] = [],
): readonly Change[] | Refusal {
  const more = new Map(shown.map((ref) => [refKey(ref), ref.facets]));
  const overlay = new Overlay(kinds);
  const seen: StateView = {
    get: <S extends object>(ref: Pick<Ref, 'kind' | 'id'> & Partial<Ref>) =>
      known<S>(overlay.see({facets: [], ...ref}, (one) => view.get(one))),
  };
  const changes: Change[] = [];
  for (const want of wants) {
    const kind = kindOf(want, kinds);
    const facets = [...new Set([...want.ref.facets, ...(more.get(refKey(want.ref)) ?? [])])];
    const before = readable(want.ref, seen.get({...want.ref, facets}));
    if (isRefusal(before)) return before;
    const refusal = kind.refuse(want, seen);
    if (refusal) return refusal;
    if (want.impact?.type === 'refuse') {
      if (kind.diff(before, want, seen).length > 0)
        return {refused: want.impact.reason, ...playbookHint(want.impact.playbook)};
      continue;
    }
    const attributes = kind.diff(before, want, seen);
    if (attributes.length === 0) continue;
    const change: Change = {ref: want.ref, before, want, attributes};
    const forbidden = kind.forbids?.(change, seen);
    if (forbidden) return forbidden;
    changes.push(change);
    overlay.add([change], (one) => view.get(one));
  }
  return changes;
}

/** What is still different after a change was made. [] means that it holds. */
export function unreached(
  change: Change,
  after: Known,
  kind: AnyKind,
  view: StateView,
): Change['attributes'] {
  return kind.unreached ? kind.unreached(change, after, view) : kind.diff(after, change.want, view);
}

/** @throws Error for a kind that there is not: a defect */
export function kindOf({ref}: Pick<Want, 'ref'>, kinds: ReadonlyMap<string, AnyKind>): AnyKind {
  const kind = kinds.get(ref.kind);
  if (!kind) throw new Error(`no resource kind '${ref.kind}'`);
  return kind;
}

function known<S extends object>(observed: Observed): Known<S> {
  if (observed.status === 'unknown') throw new UnknownRead(new Unknown(observed.reason));
  return observed as Known<S>;
}

function readable(ref: Ref, observed: Known): Exclude<Known, {status: 'unreadable'}> | Refusal {
  if (observed.status === 'unreadable') {
    const {reason, hint} = observed;
    return {refused: `${refKey(ref)} cannot be read: ${reason}`, ...(hint ? {hint} : {})};
  }
  return observed;
}

function playbookHint(playbook: string | undefined): {hint?: string} {
  return playbook ? {hint: `run ${playbook}, which does this on purpose`} : {};
}
