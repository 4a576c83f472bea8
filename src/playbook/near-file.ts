import {basename, dirname, join} from 'node:path';
import {nearest} from '../errors/index.ts';
import {lookedFor, type Node, namesIn, readYamlFile, standingAt} from '../source/index.ts';
import {nothingLost, type Reading} from './reading.ts';

/** What a file is for, as far as its shape shows: an inventory is not meant where variables are named. */
export type Purpose = 'plays' | 'tasks' | 'variables';

/**
 * The file that was most likely meant where none of these is there. Where it is read in place of the
 * missing one, which is reported, what it defines is not told to be missing. Its ending does not count.
 */
export function nearFile(candidates: readonly string[], purpose: Purpose): string | undefined {
  for (const candidate of candidates) {
    const directory = dirname(candidate);
    const name = stemOf(basename(candidate));
    let names = namesIn(directory);
    for (;;) {
      const stem = names.some((one) => stemOf(one) === name)
        ? name
        : nearest(name, new Set(names.map(stemOf)));
      if (stem === undefined) break;
      const files = names.filter((one) => stemOf(one) === stem).map((one) => join(directory, one));
      const near = files.find((file) => standingAt(file)?.isFile() && serves(file, purpose));
      if (near !== undefined) return near;
      names = names.filter((one) => stemOf(one) !== stem);
    }
  }
  return undefined;
}

/** A name without its ending: that is the same for files that have nothing to do with one another. */
function stemOf(name: string): string {
  return name.replace(/\.(ya?ml|json)$/, '');
}

/** What is read of such a file; undefined where that finds a mistake: then something else was meant. */
export function asMeant<T>(reading: Reading, read: (trial: Reading) => T): T | undefined {
  const trial: Reading = {...reading, diagnostics: [], unread: {...nothingLost, names: new Set()}};
  const value = read(trial);
  return trial.diagnostics.length > 0 ? undefined : value;
}

/** What to say of a file that there is not: which may be meant, else where it was looked for. */
export function missingFileHint(near: string | undefined, candidates: readonly string[]): string {
  return near === undefined ? lookedFor(candidates) : `did you mean '${basename(near)}'?`;
}

/** Of what has mistakes of its own, anything may be meant. */
function serves(file: string, purpose: Purpose): boolean {
  const {node} = readYamlFile(file);
  if (node === undefined) return true;
  if (purpose === 'variables') return node.type === 'map' && !isInventory(node.entries);
  if (node.type !== 'list') return false;
  return node.items.some(isPlay) === (purpose === 'plays');
}

function isPlay(item: Node): boolean {
  return (
    item.type === 'map' && item.entries.some(({key}) => key === 'hosts' || key.endsWith('import_playbook'))
  );
}

function isInventory(groups: readonly {readonly value: Node}[]): boolean {
  const keys = groups.map(({value}) => (value.type === 'map' ? value.entries.map(({key}) => key) : []));
  return (
    keys.some(({length}) => length > 0) &&
    keys.flat().every((key) => ['hosts', 'children', 'vars'].includes(key))
  );
}
