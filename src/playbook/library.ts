import type {Diagnostic} from '../errors/index.ts';
import {entryOf, type Opener, type ScalarNode} from '../source/index.ts';
import {includedEntries} from './link.ts';
import type {Entry, Include, Library} from './model.ts';
import type {KnownModule, Reading} from './reading.ts';
import type {RoleShelf} from './roles.ts';

/** What includes name while the playbook runs: each file is read once, and linked once for each place that includes it. */
export function createLibrary(
  modules: ReadonlyMap<string, KnownModule>,
  shelf: RoleShelf,
  opener: Opener | undefined,
): Library {
  const kept = new WeakMap<Include, Map<string, ReturnType<Library['tasksOf']>>>();
  const read = (include: Include, name: Pick<ScalarNode, 'text' | 'source'>) => {
    const diagnostics: Diagnostic[] = [];
    const reading: Reading = {modules, diagnostics, opener, unread: {variables: false, names: new Set()}};
    const entries: readonly Entry[] = includedEntries(reading, include, name, shelf);
    return {entries, diagnostics};
  };
  return {
    tasksOf(include, file) {
      const node = entryOf(include.args, 'file')?.value;
      if (include.known && node?.type === 'scalar' && node.text === file)
        return {entries: include.known, diagnostics: []};
      const files = kept.get(include) ?? new Map<string, ReturnType<Library['tasksOf']>>();
      kept.set(include, files);
      const found = files.get(file) ?? read(include, {text: file, source: node?.source ?? include.source});
      files.set(file, found);
      return found;
    },
  };
}
