import {
  type AnyKind,
  type Change,
  type Observed,
  type Ref,
  type RefKey,
  refKey,
  type StandingAt,
  underDoubt,
} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';

/** A resource of which it is not known whether it will be changed, and why not. */
interface Doubt {
  readonly doubted: Ref;
  readonly reason: string;
}

/** An opaque action that is planned. */
interface Opaque {
  readonly reason: string;
  readonly touches: (ref: Ref) => boolean;
}

/** What is known of a resource, by the name asked for. @throws NotProbed */
export type Known = (ref: Ref) => Observed;

/**
 * Changes planned and not made, laid over what is known of the host: in check mode those of the whole run, while a
 * task is planned those of the task. What a resource will look like is the fold of these changes over what it is.
 * Changes are kept by the one name of what they change, and a resource is seen by where its name will then lead.
 */
export class Overlay {
  /** In the order of their planning. */
  readonly #planned: (Change | Doubt | Opaque)[] = [];
  readonly #kinds: ReadonlyMap<string, AnyKind>;
  /** How far each resource was folded, and from what: a tree plans thousands of changes, and looks after each. */
  readonly #folded = new Map<
    RefKey,
    {readonly known: Observed; readonly upTo: number; readonly seen: Observed}
  >();

  constructor(kinds: ReadonlyMap<string, AnyKind>) {
    this.#kinds = kinds;
  }

  get isEmpty(): boolean {
    return this.#planned.length === 0;
  }

  /** @throws NotProbed when where a change will be made is not known yet */
  add(changes: readonly Change[], known: Known): void {
    for (const change of changes) {
      const aim = this.#kinds.get(change.ref.kind)?.aim;
      this.#planned.push(aim ? aim(change, this.#standingAt(known)) : change);
    }
  }

  /**
   * An opaque action is planned: of what it may touch, what is absent now may be there after it, and what answers for itself
   * may say anything.
   * @param reason says which
   */
  addOpaque(reason: string, touches: Opaque['touches'] = () => true): void {
    this.#planned.push({reason, touches});
  }

  /**
   * Nobody knows whether, or to what, a resource will be changed: nothing is known of it then.
   * @param how `follows`: what a link at its end leads to may be changed as well
   * @throws NotProbed when where it is is not known yet
   */
  addDoubt(doubted: Ref, how: {readonly reason: string; readonly follows: boolean}, known: Known): void {
    const {reason, follows} = how;
    const own = this.#aimed(doubted, false, known);
    const end = follows ? this.#aimed(doubted, true, known) : own;
    for (const one of end.id === own.id ? [own] : [own, end]) this.#planned.push({doubted: one, reason});
  }

  /** By its one name; by the name asked for where links on the way are in doubt themselves. */
  #aimed(ref: Ref, follow: boolean, known: Known): Ref {
    const aim = this.#kinds.get(ref.kind)?.aim;
    if (!aim) return ref;
    const before: Observed = {status: 'absent'};
    const after = follow ? {type: 'file', follow} : 'absent';
    try {
      return aim({ref, before, want: {ref, after}, attributes: []}, this.#standingAt(known)).ref;
    } catch (error) {
      if (error instanceof UnknownRead) return ref;
      throw error;
    }
  }

  /** The resource as it will be. @throws NotProbed */
  see(ref: Ref, known: Known): Observed {
    const see = this.isEmpty ? undefined : this.#kinds.get(ref.kind)?.see;
    if (!see) return this.#fold(ref, known(ref), known);
    return see(ref, this.#standingAt(known));
  }

  #standingAt(known: Known): StandingAt {
    return <S extends object>(ref: Ref, hint?: Observed<S>) =>
      this.#fold(ref, hint ?? known(ref), known) as Observed<S>;
  }

  /** What stands at a name that leads nowhere else. */
  #fold(ref: Ref, known: Observed, others: Known): Observed {
    const key = refKey(ref);
    const folded = this.#folded.get(key);
    const [start, from] = folded?.known === known ? [folded.upTo, folded.seen] : [0, known];
    const seen = this.#foldOver(ref, from, {start, end: this.#planned.length}, others);
    this.#folded.set(key, {known, upTo: this.#planned.length, seen});
    return seen;
  }

  #foldOver(
    ref: Ref,
    from: Observed,
    {start, end}: {readonly start: number; readonly end: number},
    others: Known,
  ): Observed {
    const now = <S extends object>(other: Ref) => others(other) as Observed<S>;
    const kind = this.#kinds.get(ref.kind);
    let observed = from;
    for (const [index, one] of this.#planned.slice(start, end).entries()) {
      if ('touches' in one) {
        const isOpen = observed.status === 'absent' || kind?.ask !== undefined;
        if (!one.touches(ref)) continue;
        observed = isOpen ? {status: 'unknown', reason: one.reason} : (kind?.leaves?.(observed) ?? observed);
      } else if ('doubted' in one) observed = underDoubt(ref, observed, one.doubted, one.reason);
      else if (refKey(one.ref) === refKey(ref))
        observed = merge(observed, kind?.predict({...one, before: observed}) ?? observed);
      else {
        const before = <S extends object>(other: Ref) =>
          this.#foldOver(other, others(other), {start: 0, end: start + index}, others) as Observed<S>;
        observed = kind?.react?.(ref, observed, one, now, before) ?? observed;
      }
    }
    return observed;
  }
}

/** What a change promises, over what was there: fields that it does not name stay. */
function merge(before: Observed, predicted: Observed): Observed {
  if (before.status !== 'present' || predicted.status !== 'present') return predicted;
  return {status: 'present', state: {...before.state, ...predicted.state}};
}
