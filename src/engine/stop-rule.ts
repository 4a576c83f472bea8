/** When the other hosts of a batch stop because of those that failed. */
export interface StopRule {
  /** Why they stop; undefined: they go on. */
  (failed: readonly string[]): string | undefined;
  /** There may be a failure too many: nobody goes on before a task has ended on all. */
  readonly mayStop: boolean;
}

/** When more have failed than the play bears; undefined: it bears any. */
export function stopRule(bears: number | undefined, hostCount: number): StopRule {
  const reason = (failed: readonly string[]): string | undefined =>
    bears !== undefined && failed.length / hostCount > bears
      ? `stopped, because ${failed.join(', ')} failed, and this play bears ${bears === 0 ? 'no failure' : `failures of at most ${bears * 100} % of its hosts`}`
      : undefined;
  return Object.assign(reason, {mayStop: bears !== undefined});
}
