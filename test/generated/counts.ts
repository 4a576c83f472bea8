/** What was tried, and what came of it. */
export interface Counts {
  cases: number;
  /** Playbooks that they were in, as plays: what is unknown in one play spreads to those after it. */
  playbooks: number;
  tasks: number;
  unknown: number;
  changes: number;
  /** Cases of which a second run had to be empty. */
  settled: number;
  /** Changes that were taken back, and among them those that undo refused, or took back but for something. */
  undone: number;
  refused: number;
  lost: number;
}

export function noCounts(): Counts {
  return {
    cases: 0,
    playbooks: 0,
    tasks: 0,
    unknown: 0,
    changes: 0,
    settled: 0,
    undone: 0,
    refused: 0,
    lost: 0,
  };
}

/** Together, of several. */
export function sumOf(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const one of all) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += one[name];
  return sum;
}

/**
 * What there is too much of: of all tasks, one in twenty may be unknown to check; of what undo takes back, fewer may be left.
 * One playbook is no rate: what it comes to on average may come on top, which is little where many were tried.
 */
export function excesses({playbooks, tasks, unknown, undone, refused, lost}: Counts): readonly string[] {
  const isMore = (some: number, of: number, rate: number): boolean => some > of * (rate + 1 / playbooks);
  return [
    ...(isMore(unknown, tasks, 0.05) ? [`${unknown} of ${tasks} tasks were unknown to check`] : []),
    ...(isMore(refused, undone, 0.01) ? [`undo refused ${refused} of ${undone}`] : []),
    ...(isMore(lost, undone, 0.05) ? [`undo took back ${lost} of ${undone} but for something`] : []),
  ];
}
