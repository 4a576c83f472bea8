import type {Diagnostic, Source} from '../errors/index.ts';
import {isAsserting} from './given.ts';
import {isTaking} from './origins.ts';

/** On which host a mistake was met, of how many that the play has. */
export interface MetOn {
  readonly host: string;
  readonly playHosts: readonly string[];
}

interface Found {
  diagnostic: Diagnostic;
  readonly on: Set<string>;
  /** The hosts of each play in which it was met. */
  readonly plays: Set<readonly string[]>;
}

/** Mistakes by what they come from: each cause once, whatever number of hosts, items and tasks shows it. */
export class Causes {
  readonly #found = new Map<string, Found>();

  /** What is found later knows more of the same mistake; an error stays one, and a circle begins where it was met first. */
  add(diagnostic: Diagnostic, met?: MetOn): void {
    const cause = causeOf(diagnostic);
    const before = this.#found.get(cause);
    const isError = before?.diagnostic.severity === 'error';
    if (isError && (diagnostic.severity === 'warning' || diagnostic.code === 'VAL007')) return;
    const found = before ?? {diagnostic, on: new Set(), plays: new Set()};
    found.diagnostic = diagnostic;
    if (met && !found.on.has(met.host)) {
      found.on.add(met.host);
      found.plays.add(met.playHosts);
    }
    this.#found.set(cause, found);
  }

  all(): readonly Diagnostic[] {
    return ofOneValue(withoutEchoes([...this.#found.values()].map(withHosts)));
  }
}

/**
 * Without what follows from another of them: reading a variable that cannot have its name, a value that is no
 * connection variable where a role takes the same one, what a role's task makes of a value that the role refuses, and what looks up a name again that a variable gives and that
 * there is not.
 */
function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const placesOf = (code: string): ReadonlySet<string> =>
    new Set(diagnostics.filter((one) => one.code === code).map(({source}) => placeOf(source)));
  const misnamed = new Set(diagnostics.filter(isDefinition).map(nameIn));
  const connections = placesOf('ENG005');
  const asserted = new Set(
    diagnostics.filter(({related}) => related?.some(isAsserting)).map(({source}) => placeOf(source)),
  );
  const given = new Set(
    diagnostics.flatMap(({code, message}) => (code === 'VAL005' ? givenName(message) : [])),
  );
  if (misnamed.size === 0 && connections.size === 0 && given.size === 0 && asserted.size === 0)
    return diagnostics;
  return diagnostics.filter(({code, message, source, related}) => {
    if (related?.some(isTaking) && !related.some(isAsserting) && asserted.has(placeOf(source))) return false;
    if (code === 'VAL014' && related?.[0]) return !misnamed.has(nameIn({message}));
    if (code === 'VAL002' || code === 'REL004') return !given.has(/'([^']*)'$/.exec(message)?.[1] ?? '');
    return code !== 'PLY018' || !connections.has(placeOf(source));
  });
}

/** The name that a message begins with. */
function nameIn({message}: Pick<Diagnostic, 'message'>): string | undefined {
  return /^'([^']*)'/.exec(message)?.[1];
}

/** A name that no variable can have, where it is given to one. */
function isDefinition({code, related}: Diagnostic): boolean {
  return code === 'VAL014' && !related?.[0];
}

/** The value of a variable that something else does not have. */
function givenName(message: string): readonly string[] {
  const [, name] = /^'\w+' is '(.*)', which '\w+' does not have$/.exec(message) ?? [];
  return name === undefined ? [] : [name];
}

function placeOf(source: Source | undefined): string {
  return JSON.stringify(source && [source.file, source.line, source.column]);
}

/** A name that only some hosts lack: which ones is half of the answer. */
function withHosts({diagnostic, on, plays}: Found): Diagnostic {
  const {code, message} = diagnostic;
  if ((code !== 'VAL001' && code !== 'PLY019') || on.size === 0) return diagnostic;
  if (on.size >= new Set([...plays].flat()).size) return diagnostic;
  const [lacking, ...more] = message.split(', and ');
  return {...diagnostic, message: [`${lacking} for ${someOf([...on])}`, ...more].join(', and ')};
}

function someOf(hosts: readonly string[]): string {
  const shown = hosts.slice(0, hosts.length > 4 ? 3 : 4);
  const rest = hosts.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more hosts`;
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter((part) => part !== '').join(' and ');
}

/** The same place and the same values: what came of these on one host and another is no second mistake. */
function causeOf({code, message, source, related}: Diagnostic): string {
  if (code === 'VAL007' && related) return circleOf(message, related);
  if (code !== 'VAL002' && code !== 'MOD004' && code !== 'MOD005')
    return JSON.stringify([code, message, placeOf(source)]);
  // Who takes a value that is wrong where it is written makes no difference.
  const values = related?.filter((one) => !isTaking(one)).map((one) => one.source);
  return JSON.stringify([
    code,
    message.replace(/(?:, not (?:'.*'|\S+)| \(it is [^)]*\))$/s, ''),
    placeOf(source),
    values?.map(placeOf),
  ]);
}

/** A circle is the same, whichever of its variables it was entered by. */
function circleOf(message: string, related: NonNullable<Diagnostic['related']>): string {
  const steps = message.split(' → ').length - 1;
  const reads = related.slice(0, steps).map(({source}) => JSON.stringify(source));
  return JSON.stringify(['VAL007', reads.toSorted()]);
}

/** A value that is wrong wherever it is read, or lacks what is: it is told at the first place, which names the others. */
function ofOneValue(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map<string, {readonly at: number; readonly others: Source[]}>();
  const kept: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const value = wrongValue(diagnostic);
    const before = value === undefined ? undefined : first.get(value);
    if (before && diagnostic.source) {
      before.others.push(diagnostic.source);
      continue;
    }
    if (value !== undefined) first.set(value, {at: kept.length, others: []});
    kept.push(diagnostic);
  }
  for (const {at, others} of first.values()) {
    const one = kept[at];
    if (one && others.length > 0)
      kept[at] = {
        ...one,
        related: [
          ...(one.related ?? []),
          ...others.map(one.related?.some(isAsserting) ? foundHere : readHere),
        ],
      };
  }
  return kept;
}

/** Where a near name is known, each place is most likely misspelt by itself. */
function wrongValue({code, message, hint, related}: Diagnostic): string | undefined {
  const [origin, ...others] = related ?? [];
  if (origin === undefined) return undefined;
  const isLacking = code === 'VAL002' && !hint?.startsWith('did you mean');
  if (others.length === 0 && isNoBoolean({code, message}))
    return JSON.stringify(['no boolean', origin.source]);
  const isWrong = ['MOD004', 'MOD005', 'ENG014'].includes(code) && others.length === 0;
  return isLacking || isWrong || isAsserting(origin) ? JSON.stringify([message, origin.source]) : undefined;
}

/** A condition that is a single variable, which is neither true nor false. */
function isNoBoolean({code, message}: Pick<Diagnostic, 'code' | 'message'>): boolean {
  return (
    code === 'VAL010' ||
    (code === 'VAL009' && /^(and, or, && and \|\| join conditions|'!' cannot take)/.test(message))
  );
}

function foundHere(source: Source): {readonly message: string; readonly source: Source} {
  return {message: 'the same holds here', source};
}

function readHere(source: Source): {readonly message: string; readonly source: Source} {
  return {message: 'it is read like that here, too', source};
}
