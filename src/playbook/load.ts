import {resolve} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import {type KeptDocuments, type Opener, withoutEchoes} from '../source/index.ts';
import {hushedIn} from './hushed-files.ts';
import {readPlays} from './import-playbook.ts';
import {createLibrary} from './library.ts';
import type {Playbook} from './model.ts';
import {isNeighbours, noNeighbours} from './neighbours.ts';
import {isNothing, type KnownModule, nothingLost, type Reading, readFile, report} from './reading.ts';

/** What imports what: modules to whoever reads a task, and gone when the files are read. */
const importedModules: ReadonlyMap<string, KnownModule> = new Map([
  ['import_tasks', {shorthand: 'file', arguments: ['file']}],
  [
    'import_role',
    {arguments: ['name', 'tasks_from', 'vars_from', 'defaults_from', 'handlers_from', 'public']},
  ],
]);

/**
 * Reads a playbook and the roles that it names, each file once. All mistakes of all files are collected, sorted by place;
 * the playbook is undefined only where none of it can be read.
 * @param file absolute, or relative to the process's working directory
 * @param opener opens what is encrypted; without it, nothing may be
 * @param documents what the files came to before; closed when all are read
 */
export function loadPlaybook(
  file: string,
  modules: ReadonlyMap<string, KnownModule>,
  opener?: Opener,
  documents?: KeptDocuments,
): {playbook: Playbook | undefined; diagnostics: readonly Diagnostic[]} {
  const known = new Map([...modules, ...importedModules]);
  const unread = {...nothingLost, names: new Set<string>()};
  const neighbours = noNeighbours();
  const reading: Reading = {
    modules: known,
    diagnostics: [],
    opener,
    documents,
    unread,
    hushed: new Set(),
    neighbours,
  };
  const {node, broken} = readFile(reading, file, 'tasks');
  if (node === undefined || isNothing(node) || (node.type === 'list' && node.items.length === 0)) {
    if (!broken)
      report(
        reading,
        'PLY001',
        'the playbook is empty',
        node?.type === 'list' ? node.source : {file, line: 1, column: 1},
        "write a play: '- hosts: …'",
      );
    return {playbook: undefined, diagnostics: reading.diagnostics};
  }
  const shelf = {read: new Map(), taskFiles: new Map()};
  const given = {when: [], tags: [], vars: []};
  const plays = readPlays(reading, {file: resolve(file), importedBy: [], given, shelf}, node);
  documents?.close();
  const library = createLibrary(known, shelf, opener, reading);
  const playbook =
    node.type === 'list'
      ? {file: resolve(file), plays, unread, library, hushed: reading.hushed, neighbours}
      : undefined;
  const told = reading.diagnostics.filter((one) => !isNeighbours(one, neighbours));
  const found = told.map((one) => hushedIn(one, reading.hushed));
  return {playbook, diagnostics: sortByPlace(withoutEchoes(found), file)};
}

/** The playbook's own mistakes in the order of its lines, then those of each role's files. */
function sortByPlace(diagnostics: readonly Diagnostic[], playbook: string): readonly Diagnostic[] {
  const files = new Map([[playbook, 0]]);
  for (const {source} of diagnostics)
    if (source && !files.has(source.file)) files.set(source.file, files.size);
  const rank = ({source}: Diagnostic): readonly number[] => [
    source ? (files.get(source.file) ?? 0) : 0,
    source?.line ?? 0,
    source?.column ?? 0,
  ];
  return diagnostics.toSorted((a, b) => {
    const left = rank(a);
    const right = rank(b);
    const at = left.findIndex((value, index) => value !== right[index]);
    return (left[at] ?? 0) - (right[at] ?? 0);
  });
}
