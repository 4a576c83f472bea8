import type {Source} from '../errors/index.ts';
import type {ScalarNode} from '../source/index.ts';
import {isTemplate} from './fields.ts';
import {type HandlerList, handlerOf} from './handlers.ts';
import {checkImport, isFixed, isPublic, nameNode, readFrom} from './imported.ts';
import {inherit, nothing} from './inherit.ts';
import type {Linking} from './linking.ts';
import type {Block, Entry, Handler, Include, Inherited, Place, Role} from './model.ts';
import {isAnother, noteRead} from './neighbours.ts';
import {isMisspelt, type Reading, report} from './reading.ts';
import type {RoleEntry} from './role-entry.ts';
import type {RoleFrom} from './role-files.ts';
import {checkParameters, roleDirectoryOf, roleFilesOf, shapeOf} from './role-shelf.ts';
import {chainOf, comesFrom, findTaskFile, readTaskFile} from './task-files.ts';
import type {Import, Written, WrittenBlock} from './written.ts';

/** The tree that a list stands for: imports replaced by what they import, includes with what is known of them. */
export function link(reading: Reading, written: readonly Written[], linking: Linking): readonly Entry[] {
  return written.flatMap((one) => linkOne(reading, one, linking));
}

function linkOne(reading: Reading, written: Written, linking: Linking): readonly Entry[] {
  switch (written.type) {
    case 'task':
      return [written];
    case 'block':
      return [linkBlock(reading, written, linking)];
    case 'import':
      return linkImport(reading, written, linking);
    case 'include':
      return [linkInclude(reading, written, linking)];
  }
}

/** The handlers of a list, those of imported files in their place. */
export function linkHandlers(
  reading: Reading,
  list: HandlerList<Handler | Import>,
  linking: Linking,
): HandlerList<Handler> {
  const before = reading.diagnostics.length;
  const handlers = list.handlers.flatMap((one) => linkHandler(reading, one, linking));
  const lost = list.lost || reading.diagnostics.length > before;
  return {...list, handlers, lost, names: [...list.names, ...handlers.map(({handlerName}) => handlerName)]};
}

function linkHandler(reading: Reading, written: Handler | Import, linking: Linking): readonly Handler[] {
  switch (written.type) {
    case 'task':
      return [written];
    case 'include':
      return [
        {
          ...linkInclude(reading, written, linking),
          handlerName: written.handlerName,
          listen: written.listen,
        },
      ];
    case 'import':
      return linkImport(reading, written, linking).flatMap((entry) => handlersOf(reading, entry));
  }
}

function handlersOf(reading: Reading, entry: Entry): readonly Handler[] {
  if (entry.type === 'flush') return [];
  if (entry.type === 'block') {
    const hint = 'give each task a name of its own';
    report(reading, 'PLY022', 'a block cannot be a handler', entry.source, hint);
    return [];
  }
  return handlerOf(reading, entry, []);
}

function linkBlock(reading: Reading, written: WrittenBlock, linking: Linking): Block {
  const {name, source, keywords} = written;
  const list = (entries: readonly Written[]) =>
    handDown(link(reading, entries, under(keywords, linking)), keywords);
  const {block, rescue, always} = written;
  return {
    type: 'block',
    name,
    source,
    block: list(block),
    rescue: list(rescue),
    always: list(always),
    use: undefined,
  };
}

/** Below what says something of `no_log`. */
function under({noLog}: Inherited, linking: Linking): Linking {
  return noLog === undefined ? linking : {...linking, noLog};
}

function handDown(entries: readonly Entry[], keywords: Inherited): readonly Entry[] {
  return entries.map((entry) => inherit(entry, keywords));
}

function linkImport(reading: Reading, written: Import, linking: Linking): readonly Entry[] {
  const {module, args, source, keywords} = written;
  checkImport(reading, module, args);
  const name = nameNode(reading, module, args, source);
  if (name === undefined || !isFixed(reading, module, [name, ...Object.values(readFrom(args))])) return [];
  if (module === 'import_role') return importRole(reading, written, name, linking);
  const file = findTaskFile(reading, name, linking.place, linking.playbookDirectory);
  if (file === undefined) return [];
  if (comesFrom(file, linking.place)) {
    reportEndless(reading, name, linking.place);
    return [];
  }
  return handDown(read(reading, file, {source, name}, under(keywords, linking)), keywords);
}

function importRole(
  reading: Reading,
  {args, source, keywords}: Import,
  name: ScalarNode,
  linking: Linking,
): readonly Entry[] {
  const place = {...linking.place, chain: [...linking.place.chain, source]};
  if (usesItself(reading, name, linking)) {
    reportEndless(reading, name, linking.place);
    return [];
  }
  const [parameters] = keywords.vars;
  const entry = {name, source, parameters, keywords: {...keywords, vars: []}};
  const how = {from: readFrom(args), isPublic: isPublic(reading, args, true)};
  return linkRole(reading, {...linking, place}, entry, how) ?? [];
}

function reportEndless(reading: Reading, name: ScalarNode, place: Place): void {
  const hint = "an import has no end that a condition could make: use an include with 'when'";
  report(reading, 'PLY024', `${name.text} imports itself`, name.source, hint, chainOf(place));
}

/** How a role is used. */
interface RoleUse {
  readonly from?: RoleFrom;
  /** Only where the play has not used it yet with these parameters. */
  readonly once?: boolean;
  readonly isPublic?: boolean;
}

/** The tasks of a role, after those of the roles that it depends on. Undefined when there is no such role. */
export function linkRole(
  reading: Reading,
  linking: Linking,
  entry: RoleEntry,
  {from = {}, once = false, isPublic: isSeen = true}: RoleUse,
): readonly Entry[] | undefined {
  const {found, place} = linking;
  const files = roleFilesOf(reading, linking, entry.name, from);
  if (files?.handlers.complete !== true) found.complete = false;
  if (files?.handlers.lost !== false) found.lost = true;
  if (files === undefined) {
    reading.unread.facts = true;
    return undefined;
  }
  checkParameters(reading, entry, files);
  const {directory, defaults, vars, argumentSpec, writtenSpec} = files;
  const isInstead = place.isInstead || isAnother(directory, entry.name.text);
  noteRead(reading.neighbours, directory, isInstead);
  const shape = shapeOf(entry.parameters);
  const earlier = found.used.filter(({role}) => role.directory === directory);
  if (once && !files.allowDuplicates && earlier.some((one) => one.shape === shape)) return [];
  const dependencies: Role[] = [];
  const role: Role = {
    name: entry.name.text,
    directory,
    source: entry.name.source,
    defaults,
    vars,
    parameters: entry.parameters,
    parents: linking.role ? [...linking.role.parents, linking.role] : [],
    dependencies,
    ...(argumentSpec ? {argumentSpec} : {}),
    ...(writtenSpec ? {writtenSpec} : {}),
  };
  const ownPlace: Place = {...place, ...(isInstead ? {isInstead} : {})};
  const own: Linking = {...under(entry.keywords, linking), role, place: ownPlace};
  if (own.noLog) reading.hushed.add(directory);
  const before = files.dependencies.flatMap((one) => {
    if (usesItself(reading, one.name, own)) {
      report(
        reading,
        'PLY024',
        `role '${one.name.text}' depends on itself`,
        one.name.source,
        'remove it there',
      );
      return [];
    }
    const tasks = linkRole(reading, own, one, {once: true, isPublic: isSeen}) ?? [];
    const used = found.used.findLast((use) => use.role.name === one.name.text);
    if (used) dependencies.push(used.role);
    return tasks;
  });
  found.used.push({role, shape});
  if (isSeen) found.roles.push(role);
  const at = (file: string): Linking => ({...own, place: {...ownPlace, file, role: directory}});
  const block = link(reading, files.tasks, at(files.tasksFile)).map((task) => inherit(task, nothing, role));
  if (earlier.length === 0) {
    const {handlers, names, lost} = linkHandlers(reading, files.handlers, at(files.handlersFile));
    if (lost) found.lost = true;
    const {tags, become} = entry.keywords;
    found.handlers.push(...handlers.map((one) => inherit(one, {...nothing, tags, become}, role)));
    found.names.push(...names.flatMap((name) => [name, `${role.name} : ${name}`]));
  }
  const use: Block = {
    type: 'block',
    name: undefined,
    source: entry.source,
    block,
    rescue: [],
    always: [],
    use: role,
  };
  return handDown([...before, use], entry.keywords);
}

/** Whether a role is one of those whose tasks these are. */
function usesItself(reading: Reading, name: ScalarNode, linking: Linking): boolean {
  const {role} = linking;
  // Not its files: what is wrong with them is told where they are read for the first time.
  const directory = roleDirectoryOf({...reading, diagnostics: []}, linking, name);
  return (
    directory !== undefined && [...(role?.parents ?? []), role].some((one) => one?.directory === directory)
  );
}

/** What a file of tasks holds, linked where it stands. */
function read(
  reading: Reading,
  file: string,
  from: {readonly source: Source; readonly name: ScalarNode},
  linking: Linking,
): readonly Entry[] {
  const isInstead = linking.place.isInstead || isAnother(file, from.name.text);
  noteRead(reading.neighbours, file, isInstead);
  const place: Place = {
    file,
    role: linking.place.role,
    chain: [...linking.place.chain, from.source],
    ...(isInstead ? {isInstead} : {}),
  };
  if (linking.noLog) reading.hushed.add(file);
  return link(reading, readTaskFile(reading, file, linking.taskFiles, from.name.source), {...linking, place});
}

/** What is named without a template is read now, so that its mistakes are found, whoever comes there. */
function linkInclude(reading: Reading, include: Include, linking: Linking): Include {
  const {module, args, source} = include;
  const placed = {...include, place: linking.place};
  const name = nameNode(reading, module, args, source);
  const names = name && [name, ...Object.values(readFrom(args))];
  if (name === undefined || names?.some(isTemplate)) {
    if (module === 'include_role') linking.found.complete = false;
    if (name !== undefined) return placed;
    // A misspelt key is told with the arguments, what it would have named is not missed.
    const isTold = !isMisspelt(module === 'include_role' ? 'name' : 'file', args);
    return {...placed, flawed: isTold ? 'arguments' : 'keys'};
  }
  if (isInItself(reading, include, name, linking)) return placed;
  const known = includedEntries(
    reading,
    {...placed, role: linking.role},
    {name, from: readFrom(args)},
    linking,
  );
  return {...placed, known};
}

/** An include may come back to itself: that is then read while the play runs. */
function isInItself(reading: Reading, {module}: Include, name: ScalarNode, linking: Linking): boolean {
  if (module === 'include_role') return usesItself(reading, name, linking);
  const quiet: Reading = {...reading, diagnostics: []};
  const file = findTaskFile(quiet, name, linking.place, linking.playbookDirectory);
  return file !== undefined && comesFrom(file, linking.place);
}

/** What an include stands for, given what it hands down. */
export function includedEntries(
  reading: Reading,
  include: Include,
  {name, from}: {readonly name: ScalarNode; readonly from: RoleFrom},
  linking: Linking,
): readonly Entry[] {
  const {module, args, source, inner, parameters} = include;
  if (module === 'include_role') {
    const entry = {name, source, parameters, keywords: inner};
    const place = {...linking.place, chain: [...linking.place.chain, source]};
    const how = {from, isPublic: isPublic(reading, args, false)};
    return linkRole(reading, {...linking, place}, entry, how) ?? [];
  }
  const file = findTaskFile(reading, name, linking.place, linking.playbookDirectory);
  if (file === undefined) return [];
  return read(reading, file, {source, name}, under(inner, linking)).map((entry) =>
    inherit(entry, inner, include.role),
  );
}
