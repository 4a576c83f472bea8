import {type Effects, type Facet, type Observed, type Ref, type RefKey, refKey} from '../resources/index.ts';

/** How long what was probed may be believed. */
const expiryMs = 30_000;

interface Entry {
  readonly ref: Pick<Ref, 'kind' | 'id'>;
  readonly observed: Observed;
  readonly facets: ReadonlySet<Facet>;
  readonly timeMs: number;
}

/** What is known of one host as one user sees it. Knowledge expires, and changes make it stale. */
export class Knowledge {
  readonly #entries = new Map<RefKey, Entry>();

  /**
   * The references of which something asked for is not known, or no longer. All that is asked of such a one is asked
   * again: facets that are read together mean something together, as the digest of what a link leads to.
   */
  missing(refs: readonly Ref[], nowMs: number): readonly Ref[] {
    const wanted = new Map<RefKey, Set<Facet>>();
    for (const ref of refs) {
      const key = refKey(ref);
      const facets = wanted.get(key) ?? new Set();
      for (const facet of ref.facets) facets.add(facet);
      wanted.set(key, facets);
    }
    const missing: Ref[] = [];
    for (const ref of refs) {
      const key = refKey(ref);
      const facets = wanted.get(key);
      if (!facets) continue;
      wanted.delete(key);
      const entry = this.#fresh(key, nowMs);
      const isKnown = entry !== undefined && [...facets].every((facet) => entry.facets.has(facet));
      if (!isKnown) missing.push({kind: ref.kind, id: ref.id, facets: [...facets]});
    }
    return missing;
  }

  /** Keeps what a probe of these references said. */
  record(refs: readonly Ref[], found: ReadonlyMap<RefKey, Observed>, nowMs: number): void {
    for (const ref of refs) {
      const key = refKey(ref);
      const observed = found.get(key);
      if (!observed) continue;
      const known = this.#fresh(key, nowMs);
      const merges = known?.observed.status === 'present' && observed.status === 'present';
      this.#entries.set(key, {
        ref: {kind: ref.kind, id: ref.id},
        observed: merges
          ? {status: 'present', state: {...stateOf(known.observed), ...observed.state}}
          : observed,
        facets: new Set([...(merges ? known.facets : []), ...ref.facets]),
        timeMs: nowMs,
      });
    }
  }

  get(ref: Pick<Ref, 'kind' | 'id'>): Observed | undefined {
    return this.#entries.get(refKey(ref))?.observed;
  }

  /** Forgets what these effects make stale. */
  drop(effects: Effects): void {
    for (const [key, entry] of this.#entries) if (touches(effects, key, entry.ref)) this.#entries.delete(key);
  }

  #fresh(key: RefKey, nowMs: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && nowMs - entry.timeMs <= expiryMs ? entry : undefined;
  }
}

function stateOf(observed: Observed): object {
  return observed.status === 'present' ? observed.state : {};
}

function touches(effects: Effects, key: RefKey, ref: Pick<Ref, 'kind' | 'id'>): boolean {
  switch (effects.type) {
    case 'none':
      return false;
    case 'everything':
      return true;
    case 'refs':
      return effects.keys.includes(key);
    case 'kinds':
      return effects.kinds.includes(ref.kind);
    case 'several':
      return effects.effects.some((one) => touches(one, key, ref));
    case 'subtree':
      return ref.kind === 'path' && (isAtOrBelow(ref.id, effects.path) || ref.id === parentOf(effects.path));
  }
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}
