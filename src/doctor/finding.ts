/** What is looked at, in the order in which people are told. */
export const checks = [
  'arch',
  'swap',
  'clock',
  'cgroup',
  'names',
  'disk',
  'server',
  'unit',
  'net',
  'version',
] as const;

export type Check = (typeof checks)[number];

/** `note`: it works, and somebody should know. `problem`: something does not work, or will not after a restart. */
export type Level = 'note' | 'problem';

/** One thing that is not as it should be on a host. */
export interface Finding {
  /** The rule's name, which never means anything else. */
  readonly id: string;
  readonly check: Check;
  readonly level: Level;
  readonly message: string;
  /** What to do about it, in one line. */
  readonly fix: string;
}

/** What a rule says of a host. */
export interface Told {
  readonly message: string;
  readonly fix: string;
}

/** One thing that a rule says. @param fix in one line */
export function told(message: string, fix: string): readonly Told[] {
  return [{message, fix}];
}

/** A sort of finding, and when there is one. `finds` is pure: it is told all that it judges. */
export interface Rule<Seen> {
  readonly id: string;
  readonly check: Check;
  readonly level: Level;
  /** For the documentation: what it means where it is found. */
  readonly meaning: string;
  finds(seen: Seen): readonly Told[];
}

/** What all of these rules find, in their order. */
export function judge<Seen>(rules: readonly Rule<Seen>[], seen: Seen): readonly Finding[] {
  return rules.flatMap(({id, check, level, finds}) =>
    finds(seen).map((told) => ({id, check, level, ...told})),
  );
}

/** `ok`, or the worst that was found there. */
export function worstOf(findings: readonly Finding[]): 'ok' | Level {
  if (findings.some(({level}) => level === 'problem')) return 'problem';
  return findings.length > 0 ? 'note' : 'ok';
}
