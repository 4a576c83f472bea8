import {readFile, stat} from 'node:fs/promises';

/**
 * The text of a file of ssh's. A pipe that nobody writes to would be waited for, in a way that nothing ends; one that the
 * shell has opened for vprov is read, and so is /dev/null.
 * @throws Error of the file system, or where it is such a pipe
 */
export async function readTextFile(path: string): Promise<string> {
  const found = await stat(path);
  if (found.isFIFO() && !/^\/(dev|proc\/self)\/fd\//.test(path))
    throw new Error(`${path}: it is a pipe, not a file`);
  return readFile(path, 'utf8');
}
