/**
 * Keywords of ours beside those of JSON Schema, as data in the modules' schemas. `checkArguments` and the generator of
 * docs/modules.md read them; ajv is told that they exist and ignores them.
 */
export const vocabulary = [
  'mustBe',
  'hint',
  'secret',
  'expression',
  'rules',
  'retired',
  'results',
  'checkMode',
] as const;

/** How arguments depend on each other. Checked on what was written, whether or not the values are known yet. */
export type ArgumentRule =
  /** Exactly one of these is given. */
  | {readonly rule: 'one-of'; readonly arguments: readonly string[]}
  /** At least one of these is given. */
  | {readonly rule: 'some-of'; readonly arguments: readonly string[]}
  /** None or one of these is given. */
  | {readonly rule: 'not-both'; readonly arguments: readonly string[]}
  /** When `argument` has one of `values` (its default counts), one of `needs` is given. */
  | {
      readonly rule: 'needs';
      readonly argument: string;
      readonly values: readonly string[];
      readonly needs: readonly string[];
    }
  /** These are given only when `argument` has one of `values` (its default counts). */
  | {
      readonly rule: 'only-with';
      readonly arguments: readonly string[];
      readonly argument: string;
      readonly values: readonly string[];
    }
  /** These are given only beside one of `beside`. */
  | {readonly rule: 'only-beside'; readonly arguments: readonly string[]; readonly beside: readonly string[]};

/** What a schema says of itself as a whole. */
export interface SchemaNotes {
  readonly rules?: readonly ArgumentRule[];
  /** Arguments that Ansible's module of this name has and ours has not: what to do instead. */
  readonly retired?: Readonly<Record<string, string>>;
  /** What `register` keeps beside the fields that every task has, by name. */
  readonly results?: Readonly<Record<string, string>>;
  /** What check mode does, where the class of the module does not say it all. */
  readonly checkMode?: string;
}

/** What a schema says of one argument, besides its type. */
export interface ArgumentNotes {
  readonly description: string;
  /** Completes "must be …" where a pattern alone would not be understood. */
  readonly mustBe?: string;
  readonly hint?: string;
  readonly default?: unknown;
}

/** What a path on the host must be, in words by which messages know one. */
export const absolutePathWords = 'an absolute path, without ..';
