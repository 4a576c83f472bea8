import {setMaxListeners} from 'node:events';
import {type Parsed, standingAt} from '../source/index.ts';
import type {Asking} from './ask-program.ts';
import {inventoryFilesIn} from './find.ts';
import {isProgram, type ProgramAnswers} from './formats.ts';
import {isHostList} from './inline.ts';
import {inventoryOfProgram} from './program.ts';

/**
 * Runs the programs among inventories, each once, for `loadInventory`, which runs none.
 * @param files as `loadInventory` takes them
 * @throws the signal's reason, when all that ran have ended
 */
export async function askPrograms(files: readonly string[], asking: Asking): Promise<ProgramAnswers> {
  // All of the calls wait on one signal; that is no leak.
  setMaxListeners(0, asking.signal);
  const programs = files.flatMap(filesIn).filter((file) => !isHostList(file) && isProgram(file));
  const answers = new Map<string, Parsed>();
  for (const file of new Set(programs)) answers.set(file, await inventoryOfProgram(file, asking));
  return answers;
}

/** What cannot be read is told when it is loaded. */
function filesIn(file: string): readonly string[] {
  if (standingAt(file)?.isDirectory() !== true) return [file];
  const found = inventoryFilesIn(file);
  return 'problem' in found ? [] : found;
}
