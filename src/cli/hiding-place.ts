import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A folder of its owner's for what must not stay on a disk. */
export interface HidingPlace {
  readonly directory: string;
  clear(): void;
}

/** Memory that looks like a folder. @see shm_overview(7) */
const inMemory = '/dev/shm';

/**
 * A folder that is gone when this process is, however that ends: a small process waits for the end of a pipe that
 * nobody writes to, which comes with the end of whoever holds it, `kill -9` included.
 */
export function createHidingPlace(): HidingPlace {
  const root = statSync(inMemory, {throwIfNoEntry: false})?.isDirectory() ? inMemory : tmpdir();
  const directory = mkdtempSync(join(root, 'vprov-secret-'));
  const guard = spawn(
    '/bin/sh',
    ['-c', 'trap "" HUP INT TERM; cat >/dev/null; rm -rf -- "$1"', 'sh', directory],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  guard.unref();
  return {
    directory,
    clear() {
      rmSync(directory, {recursive: true, force: true});
      guard.stdin.end();
    },
  };
}
