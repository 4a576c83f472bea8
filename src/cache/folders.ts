import {mkdirSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';

// Node's own `recursive` never ends where the kernel lets nobody make a folder (`/proc/x`): it finds the one above, again
// and again.

/** Makes a folder with those above it. @throws Error of the file system */
export async function makeFolders(folder: string, mode = 0o777): Promise<void> {
  const make = async (): Promise<unknown> => {
    try {
      await mkdir(folder, mode);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const above = missingAbove(folder, await make());
  if (above === undefined) return;
  await makeFolders(above, mode);
  refuse(await make());
}

/** The same at once. @throws Error of the file system */
export function makeFoldersSync(folder: string, mode = 0o777): void {
  const make = (): unknown => {
    try {
      mkdirSync(folder, mode);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const above = missingAbove(folder, make());
  if (above === undefined) return;
  makeFoldersSync(above, mode);
  refuse(make());
}

/** The folder that has to be made first; undefined where there is something already. */
function missingAbove(folder: string, error: unknown): string | undefined {
  const isMissing = codeOf(error) === 'ENOENT' && dirname(folder) !== folder;
  if (isMissing) return dirname(folder);
  refuse(error);
  return undefined;
}

/** Another process may make the same at the same time. */
function refuse(error: unknown): void {
  if (error !== undefined && codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
