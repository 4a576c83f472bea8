/**
 * The candidate that a person most likely meant, or undefined when none is near.
 * Near means a Damerau-Levenshtein distance of at most a third of the name's length (at least 1, of one letter none),
 * or, where none is, the only one of which the name is the beginning (at least 3 letters: `dir`, `conf`).
 * @param most another distance; then beginnings do not count
 */
export function nearest(name: string, candidates: Iterable<string>, most?: number): string | undefined {
  const limit = most ?? (name.length === 1 ? 0 : Math.max(1, Math.floor(name.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // What is there by this very name, and will not do, is not what was meant.
    if (candidate === name) continue;
    const found = distance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (found < bestDistance) {
      best = candidate;
      bestDistance = found;
    }
  }
  return best ?? (most === undefined ? onlyLonger(name.toLowerCase(), candidates) : undefined);
}

function onlyLonger(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length < 3) return undefined;
  const longer = [...candidates].filter(
    (candidate) => candidate.toLowerCase().startsWith(name) && candidate !== name,
  );
  return longer.length === 1 ? longer[0] : undefined;
}

/** `did you mean 'x'?`, or undefined: the form of every hint about an unknown name. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `did you mean '${found}'?`;
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({length: b.length + 1}, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) value = Math.min(value, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(value);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
