import {listRuns, readRecord} from '../records/read.ts';

/**
 * The last of the runs after one that changed a resource (`kind:id`) on a host, by the records of a folder; undefined
 * where none did. Runs that were taken back, and those that took them back, are passed over. Read when it is asked for.
 */
export function laterRuns(folder: string, run: string): (host: string, ref: string) => string | undefined {
  return (host, ref) => {
    const later = listRuns(folder).filter((one) => one.run > run);
    const undone = new Set(later.map(({undoes}) => undoes));
    return later.find(
      (one) => one.undoes === undefined && !undone.has(one.run) && hasChanged(folder, one.run, host, ref),
    )?.run;
  };
}

function hasChanged(folder: string, run: string, host: string, ref: string): boolean {
  return readRecord(folder, run).events.some(
    (event) =>
      event.type === 'task' &&
      event.changes.some((change) => change.ref === ref && (change.on ?? event.host) === host),
  );
}
