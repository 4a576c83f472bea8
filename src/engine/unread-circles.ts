import {type Diagnostic, type Related, type Source, warningDiagnostic} from '../errors/index.ts';
import {connectionNames} from '../inventory/index.ts';
import type {MapEntry} from '../source/index.ts';
import {codes, magicNames} from '../values/index.ts';
import type {Project} from './project.ts';
import {wordCounts} from './project-words.ts';

interface Read {
  readonly name: string;
  readonly source: Source;
  readonly optional: boolean;
  readonly variable: MapEntry;
}

/**
 * Variables that are made of one another, and that nothing else reads: where a task reads one, its host tells the
 * mistake. Only those that stand once in the project: another definition may end the circle.
 */
export function circlesAmong(reads: readonly Read[], project: Project): readonly Diagnostic[] {
  const circles = circlesOf(reads.filter(({optional}) => !optional));
  if (circles.length === 0) return [];
  const counts = wordCounts(new Set(circles.flat().map(({key}) => key)), project);
  if (!counts) return [];
  const isUnread = (circle: readonly MapEntry[]): boolean =>
    circle.every(({key}) => {
      const readings = reads.filter(({name, variable}) => name === key && circle.includes(variable));
      return !project.extraVars.has(key) && (counts.get(key) ?? 0) <= readings.length + 1;
    });
  return circles.filter(isUnread).flatMap((circle) => {
    const [first, ...others] = circle;
    if (!first) return [];
    const names = [first, ...others, first].map(({key}) => key).join(' → ');
    const message = `'${first.key}' is made of itself: ${names}`;
    const related = readingsIn(circle, reads);
    return [warningDiagnostic(codes, 'VAL007', message, {source: first.value.source, related})];
  });
}

/** Where each of a circle reads the next: where a host comes to it as well, that is the same mistake. */
function readingsIn(circle: readonly MapEntry[], reads: readonly Read[]): readonly Related[] {
  return circle.flatMap((variable, index) => {
    const next = (circle[index + 1] ?? circle[0])?.key;
    const reading = reads.find((one) => one.variable === variable && one.name === next);
    return reading ? [{message: `'${reading.name}' is read here`, source: reading.source}] : [];
  });
}

interface Graph {
  readonly variables: ReadonlyMap<string, MapEntry>;
  readonly readsOf: ReadonlyMap<MapEntry, ReadonlySet<string>>;
}

/** The variables that read something, and what each reads. */
function graphOf(reads: readonly Read[]): Graph {
  const variables = new Map<string, MapEntry>();
  const readsOf = new Map<MapEntry, Set<string>>();
  for (const {name, variable} of reads) {
    if (!given.has(variable.key)) variables.set(variable.key, variable);
    const names = readsOf.get(variable);
    if (names) names.add(name);
    else readsOf.set(variable, new Set([name]));
  }
  return {variables, readsOf};
}

/** Circles in which variables read one another, each from the one that stands first. */
function circlesOf(reads: readonly Read[]): readonly (readonly MapEntry[])[] {
  const graph = graphOf(reads);
  const done = new Set<MapEntry>();
  return [...graph.variables.values()].flatMap((start) => circlesFrom(start, graph, done));
}

/** @param done variables that were come to before, and need not be again */
function circlesFrom(
  start: MapEntry,
  {variables, readsOf}: Graph,
  done: Set<MapEntry>,
): readonly (readonly MapEntry[])[] {
  const circles: (readonly MapEntry[])[] = [];
  /** The way so far, each with the names still to be followed: chains may be too deep for calls. */
  const way: {readonly variable: MapEntry; readonly names: Iterator<string>}[] = [];
  const enter = (variable: MapEntry): void => {
    done.add(variable);
    way.push({variable, names: (readsOf.get(variable) ?? new Set<string>()).values()});
  };
  if (!done.has(start)) enter(start);
  for (let last = way.at(-1); last; last = way.at(-1)) {
    const next = last.names.next();
    if (next.done) {
      way.pop();
      continue;
    }
    const variable = variables.get(next.value);
    if (!variable) continue;
    const from = way.findIndex((one) => one.variable === variable);
    if (from >= 0) circles.push(way.slice(from).map((one) => one.variable));
    else if (!done.has(variable)) enter(variable);
  }
  return circles;
}

/** Names that have values of their own besides. */
const given: ReadonlySet<string> = new Set([...magicNames, ...connectionNames, 'item']);
