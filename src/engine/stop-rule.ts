/** When the other hosts of a batch stop because of those that failed: when more have than the play bears. */
export function stopRule(
  bears: number | undefined,
  hostCount: number,
): (failed: readonly string[]) => string | undefined {
  return (failed) =>
    bears !== undefined && failed.length / hostCount > bears
      ? `stopped, because ${failed.join(', ')} failed, and this play bears ${bears === 0 ? 'no failure' : `failures of at most ${bears * 100} % of its hosts`}`
      : undefined;
}
