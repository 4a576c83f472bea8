import {listRuns, readRecord} from '../records/read.ts';

/**
 * The last of the runs after one that changed one of some resources (`kind:id`) on a host, by the records of a folder; undefined
 * where none did. Runs that were taken back, and those that took them back, are passed over. Read when it is asked for.
 */
export function laterRuns(
  folder: string,
  run: string,
): (host: string, isOne: (ref: string) => boolean) => string | undefined {
  return (host, isOne) => {
    const runs = listRuns(folder);
    const later = runs.slice(
      0,
      Math.max(
        0,
        runs.findIndex((one) => one.run === run),
      ),
    );
    const undone = new Set(later.map(({undoes}) => undoes));
    return later.find(
      (one) => one.undoes === undefined && !undone.has(one.run) && hasChanged(folder, one.run, host, isOne),
    )?.run;
  };
}

function hasChanged(folder: string, run: string, host: string, isOne: (ref: string) => boolean): boolean {
  return readRecord(folder, run).events.some(
    (event) =>
      event.type === 'task' &&
      event.changes.some((change) => isOne(change.ref) && (change.on ?? event.host) === host),
  );
}
