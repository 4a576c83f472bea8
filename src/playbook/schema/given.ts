/** The variables that a role is told, as far as they are known. */
export interface GivenArguments {
  /** Plain data; what is unknown is null, what is secret stands opened. */
  readonly data: Readonly<Record<string, unknown>>;
  /** JSON pointers of what is not known yet: nothing is said of it. */
  readonly unknown: readonly string[];
  /** JSON pointers of what must not be shown. */
  readonly secret: readonly string[];
  /** A number or boolean as its author wrote it, where it was written: `1.20`. */
  readonly written?: (keys: readonly string[]) => string | undefined;
}
