import {existsSync} from 'node:fs';
import {resolve} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import {
  type Asking,
  askPrograms,
  findInventory,
  type Inventory,
  isHostList,
  loadInventory,
  type ProgramAnswers,
} from '../inventory/index.ts';
import type {EventBody} from './effect.ts';
import type {RunOptions} from './options.ts';
import {Interrupted} from './stop.ts';

/** The inventory that is named, or the only one that there is; its mistakes are added to `found`. */
export function readInventory(
  options: Pick<RunOptions, 'inventory' | 'cwd'>,
  playbookDirectory: string | undefined,
  found: Diagnostic[],
  more: Pick<NonNullable<Parameters<typeof loadInventory>[1]>, 'opener' | 'answers' | 'mayGrow'>,
): Inventory | undefined {
  const named = inventoryFiles(options);
  if ('diagnostic' in named) {
    found.push(named.diagnostic);
    return undefined;
  }
  const {inventory, diagnostics} = loadInventory(named.files, {playbookDirectory, ...more});
  found.push(...diagnostics);
  return inventory;
}

/**
 * Asks the programs among the inventories, which happens once, however often what is encrypted makes the rest be read.
 * @throws Interrupted when the signal aborts
 */
export async function askInventory(
  options: Pick<RunOptions, 'inventory' | 'cwd'>,
  asking: Asking,
): Promise<ProgramAnswers> {
  const named = inventoryFiles(options);
  if ('diagnostic' in named) return new Map();
  try {
    return await askPrograms(named.files, asking);
  } catch (error) {
    throw asking.signal.aborted ? new Interrupted() : error;
  }
}

/** The same in a run, which notes what it waits for. @throws Interrupted when the signal aborts */
export async function askInventoryOf(
  options: Pick<RunOptions, 'inventory' | 'cwd'>,
  {emit, softSignal}: {readonly emit: (event: EventBody) => void; readonly softSignal: AbortSignal},
): Promise<ProgramAnswers> {
  return askInventory(options, {
    signal: softSignal,
    onWaiting: (message) => emit({type: 'note', message}),
  });
}

function inventoryFiles({
  inventory,
  cwd,
}: Pick<RunOptions, 'inventory' | 'cwd'>): ReturnType<typeof findInventory> {
  if (inventory.length === 0) return findInventory(cwd);
  const files = inventory.map((text) => {
    // Empty, as of a variable of a shell that is not set: that is not the current folder.
    if (text.trim() === '') return '';
    const file = resolve(cwd, text);
    return isHostList(text) && !existsSync(file) ? text : file;
  });
  return {files};
}
