import {
  type Effects,
  type Facet,
  NotProbed,
  type Observed,
  type Ref,
  type RefKey,
  refKey,
} from '../resources/index.ts';

/** How long what was probed may be believed. */
const expiryMs = 30_000;

interface Entry {
  readonly ref: Pick<Ref, 'kind' | 'id' | 'through'>;
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
      const isKnown =
        entry !== undefined &&
        entry.ref.through?.digest === ref.through?.digest &&
        [...facets].every((facet) => entry.facets.has(facet));
      if (!isKnown) missing.push({...nameOf(ref), facets: [...facets]});
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
      const merges =
        known?.observed.status === 'present' &&
        observed.status === 'present' &&
        known.ref.through?.digest === ref.through?.digest;
      this.#entries.set(key, {
        ref: nameOf(ref),
        observed: merges
          ? {status: 'present', state: {...stateOf(known.observed), ...observed.state}}
          : observed,
        facets: new Set([...(merges ? known.facets : []), ...ref.facets]),
        timeMs: nowMs,
      });
    }
  }

  /** What was found of a resource, with the facets named. @throws NotProbed when nobody has asked for it */
  of(ref: Ref): Observed {
    const entry = this.#entries.get(refKey(ref));
    if (!entry || !ref.facets.every((facet) => entry.facets.has(facet))) throw new NotProbed(ref);
    return entry.observed;
  }

  /** All that was asked for, and is known. */
  asked(): readonly Ref[] {
    return [...this.#entries.values()].map(({ref, facets}) => ({...ref, facets: [...facets]}));
  }

  /** What was asked for of a resource. */
  facets(ref: Pick<Ref, 'kind' | 'id'>): readonly Facet[] {
    return [...(this.#entries.get(refKey(ref))?.facets ?? [])];
  }

  /** Whether these effects may change a resource, as far as is known here. */
  mayChange(effects: Effects, ref: Pick<Ref, 'kind' | 'id'>): boolean {
    return this.#touches(this.#withTwins(effects), refKey(ref), ref);
  }

  /** Forgets what these effects make stale. */
  drop(effects: Effects): void {
    const all = this.#withTwins(effects);
    const stale = [...this.#entries].filter(([key, entry]) => this.#touches(all, key, entry.ref));
    for (const [key] of stale) this.#entries.delete(key);
  }

  /** A change of a path is one of all names that lead to the same object: hard links, and what is mounted twice. */
  #withTwins(effects: Effects): Effects {
    if (effects.type === 'several')
      return {...effects, effects: effects.effects.map((one) => this.#withTwins(one))};
    if (effects.type !== 'subtree') return effects;
    const {path} = effects;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folders = this.#twinsOf(parentOf(path)).map((folder) =>
      folder === '/' ? `/${name}` : `${folder}/${name}`,
    );
    const names = new Set([path, ...this.#twinsOf(path), ...folders]);
    return {type: 'several', effects: [...names].map((one) => ({type: 'subtree', path: one}))};
  }

  /** Paths of which it is known that they are the same object as this one. */
  #twinsOf(path: string): readonly string[] {
    const inode = inodeOf(this.#entries.get(`path:${path}`));
    if (inode === undefined) return [];
    return [...this.#entries.values()].flatMap((entry) => (inodeOf(entry) === inode ? [entry.ref.id] : []));
  }

  #touches(effects: Effects, key: RefKey, ref: Pick<Ref, 'kind' | 'id'>): boolean {
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
        return effects.effects.some((one) => this.#touches(one, key, ref));
      case 'subtree':
        // What is below a directory may be changed by any name that leads there: what users keep lies in their homes.
        if (ref.kind === 'tree' || ref.kind === 'backup') return true;
        if (this.#leadsTo(key, effects.path)) return true;
        return (
          ['path', 'folder', 'space'].includes(ref.kind) &&
          (isAtOrBelow(ref.id, effects.path) ||
            ref.id === parentOf(effects.path) ||
            this.#hasOtherNames(ref.id) ||
            this.#hasOtherNames(parentOf(effects.path)))
        );
    }
  }

  /** Whether what was found is made of what is at the path, at the end of links. */
  #leadsTo(key: RefKey, path: string): boolean {
    const observed = this.#entries.get(key)?.observed;
    if (observed?.status !== 'present' || !('leadsTo' in observed.state)) return false;
    const ends = observed.state.leadsTo as readonly string[];
    return ends.some(
      (end) =>
        isAtOrBelow(end, path) || isAtOrBelow(path, parentOf(end)) || this.#hasOtherNames(parentOf(path)),
    );
  }

  /** Whether a link leads on from here, or to here: then one name does not tell what is changed by another. */
  #hasOtherNames(path: string): boolean {
    for (let at = path; at !== '/'; at = parentOf(at)) {
      const observed = this.#entries.get(`path:${at}`)?.observed;
      if (observed === undefined) return true;
      if (observed.status === 'present' && 'type' in observed.state && observed.state.type === 'link')
        return true;
    }
    return false;
  }

  #fresh(key: RefKey, nowMs: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && nowMs - entry.timeMs <= expiryMs ? entry : undefined;
  }
}

function inodeOf(entry: Entry | undefined): unknown {
  const {observed} = entry ?? {};
  return observed?.status === 'present' && 'inode' in observed.state ? observed.state.inode : undefined;
}

function nameOf({kind, id, through}: Ref): Entry['ref'] {
  return {kind, id, ...(through ? {through} : {})};
}

function stateOf(observed: Observed): object {
  return observed.status === 'present' ? observed.state : {};
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}
