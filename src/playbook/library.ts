import {dirname, join, resolve} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import {entryOf, type Opener, type ScalarNode} from '../source/index.ts';
import {includedEntries} from './link.ts';
import {nothingFound} from './linking.ts';
import type {Include, IncludedTasks, Library} from './model.ts';
import {type KnownModule, nothingLost, type Reading} from './reading.ts';
import type {RoleFrom} from './role-files.ts';
import {type RoleShelf, shelfAt} from './role-shelf.ts';
import {readVariables} from './vars-files.ts';

/** What includes name while the playbook runs: each file is read once, and linked once for each place that includes it. */
export function createLibrary(
  modules: ReadonlyMap<string, KnownModule>,
  kept: Pick<RoleShelf, 'read' | 'taskFiles'>,
  opener: Opener | undefined,
  {hushed, neighbours}: Pick<Reading, 'hushed' | 'neighbours'>,
): Library {
  const readingInto = (diagnostics: Diagnostic[]): Reading => ({
    modules,
    diagnostics,
    opener,
    unread: {...nothingLost, names: new Set()},
    hushed,
    neighbours,
  });
  const linked = new WeakMap<Include, Map<string, IncludedTasks>>();
  const read = (
    include: Include,
    args: Readonly<Record<string, string>>,
    directory: string,
  ): IncludedTasks => {
    const diagnostics: Diagnostic[] = [];
    const reading = readingInto(diagnostics);
    const found = nothingFound();
    const linking = {
      ...shelfAt(directory, kept),
      place: include.place,
      role: include.role,
      noLog: undefined,
      found,
    };
    const entries = includedEntries(reading, include, namesIn(include, args), linking);
    return {entries, handlers: found.handlers, diagnostics};
  };
  return {
    included(include, args, directory) {
      // Named without a template: read with the playbook, and its handlers are the play's.
      if (include.known) return {entries: include.known, handlers: [], diagnostics: []};
      const readings = linked.get(include) ?? new Map<string, IncludedTasks>();
      linked.set(include, readings);
      const key = JSON.stringify(args);
      const found = readings.get(key) ?? read(include, args, directory);
      readings.set(key, found);
      return found;
    },
    variables(task, file, directory) {
      const {role, source, args} = task;
      const folder = dirname(source.file);
      const roots = [
        ...(role ? [join(role.directory, 'vars')] : []),
        folder,
        join(directory, 'vars'),
        directory,
      ];
      const candidates = roots.map((root) => resolve(root, file));
      const diagnostics: Diagnostic[] = [];
      const reading = readingInto(diagnostics);
      const place = entryOf(args, 'file')?.value.source ?? source;
      const vars = readVariables(reading, candidates, {text: file, source: place});
      return {vars, lost: reading.unread.names, diagnostics};
    },
  };
}

/** The names that templates gave, at the places of these. */
function namesIn(
  include: Include,
  args: Readonly<Record<string, string>>,
): {readonly name: ScalarNode; readonly from: RoleFrom} {
  const node = (key: string): ScalarNode => {
    const written = entryOf(include.args, key)?.value;
    const text = args[key] ?? '';
    return {
      type: 'scalar',
      text,
      value: text,
      style: 'quoted',
      raw: true,
      source: written?.source ?? include.source,
    };
  };
  const from: RoleFrom = {};
  for (const part of ['tasks', 'handlers', 'defaults', 'vars'] as const)
    if (args[`${part}_from`] !== undefined) from[part] = node(`${part}_from`);
  return {name: node(include.module === 'include_role' ? 'name' : 'file'), from};
}
