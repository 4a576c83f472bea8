import {didYouMean, type Source} from '../errors/index.ts';
import {describeNode, entryOf, type MapNode, type ScalarNode} from '../source/index.ts';
import {isTemplate} from './fields.ts';
import {inherit} from './inherit.ts';
import type {Block, Entry, Handler, Include, Inherited, Place} from './model.ts';
import {type Reading, report} from './reading.ts';
import {chainOf, findTaskFile, readTaskFile, type TaskFiles} from './task-files.ts';
import type {HandlerList} from './task-list.ts';
import type {Import, Written, WrittenBlock} from './written.ts';

/** What linking stands on: where a list is written, and where files are looked for. */
export interface Linking {
  readonly place: Place;
  readonly playbookDirectory: string;
  readonly taskFiles: TaskFiles;
}

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
  const handlers = list.handlers.flatMap((one) => linkHandler(reading, one, linking));
  return {...list, handlers, names: [...list.names, ...handlers.map(({handlerName}) => handlerName)]};
}

function linkHandler(reading: Reading, written: Handler | Import, linking: Linking): readonly Handler[] {
  switch (written.type) {
    case 'task':
      return [written];
    case 'include':
      return [{...linkInclude(reading, written, linking), handlerName: written.handlerName}];
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
  if (entry.name !== undefined) return [{...entry, handlerName: entry.name.text}];
  const hint = "give it a 'name', which tasks then 'notify'";
  report(reading, 'PLY013', 'a handler without a name cannot be notified', entry.source, hint);
  return [];
}

function linkBlock(reading: Reading, written: WrittenBlock, linking: Linking): Block {
  const {name, source, keywords} = written;
  const list = (entries: readonly Written[]) => handDown(link(reading, entries, linking), keywords);
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

function handDown(entries: readonly Entry[], keywords: Inherited): readonly Entry[] {
  return entries.map((entry) => inherit(entry, keywords));
}

function linkImport(reading: Reading, {args, source, keywords}: Import, linking: Linking): readonly Entry[] {
  checkArguments(reading, args);
  const name = fileNode(reading, args, source);
  if (name === undefined) return [];
  if (isTemplate(name)) {
    const hint = "an import is read before anything is known: use 'include_tasks'";
    report(reading, 'PLY003', "a template in 'import_tasks' is not supported", name.source, hint);
    return [];
  }
  const file = findTaskFile(reading, name, linking.place, linking.playbookDirectory);
  if (file === undefined) return [];
  if (comesFrom(file, linking.place)) {
    const hint = "an import has no end that a condition could make: use 'include_tasks' with 'when'";
    report(reading, 'PLY024', `${name.text} imports itself`, name.source, hint, chainOf(linking.place));
    return [];
  }
  return handDown(read(reading, file, source, linking), keywords);
}

function checkArguments(reading: Reading, args: MapNode): void {
  for (const {key, keySource} of args.entries)
    if (key !== 'file')
      report(
        reading,
        'PLY002',
        `import_tasks has no argument '${key}'`,
        keySource,
        didYouMean(key, ['file']) ?? "it has 'file'; keywords stand beside it",
      );
}

/** What a file of tasks holds, linked where it stands. */
function read(reading: Reading, file: string, from: Source, linking: Linking): readonly Entry[] {
  const place: Place = {file, role: linking.place.role, chain: [...linking.place.chain, from]};
  return link(reading, readTaskFile(reading, file, linking.taskFiles), {...linking, place});
}

/** A file that is named without a template is read now, so that its mistakes are found, whoever comes there. */
function linkInclude(reading: Reading, include: Include, linking: Linking): Include {
  const placed = {...include, place: linking.place};
  const name = fileNode(reading, include.args, include.source);
  if (name === undefined || isTemplate(name)) return placed;
  const file = findTaskFile(reading, name, linking.place, linking.playbookDirectory);
  if (file === undefined || comesFrom(file, linking.place)) return placed;
  const known = handDown(read(reading, file, include.source, linking), include.inner);
  return {...placed, known};
}

/** What an include of this file stands for, read while the play runs. */
export function includedEntries(
  reading: Reading,
  include: Include,
  name: Pick<ScalarNode, 'text' | 'source'>,
  linking: Omit<Linking, 'place'>,
): readonly Entry[] {
  const here = {...linking, place: include.place};
  const file = findTaskFile(reading, name, include.place, linking.playbookDirectory);
  if (file === undefined) return [];
  const entries = read(reading, file, include.source, here);
  return entries.map((entry) => inherit(entry, include.inner, include.role));
}

function fileNode(reading: Reading, args: MapNode, source: Source): ScalarNode | undefined {
  const node = entryOf(args, 'file')?.value;
  if (node?.type === 'scalar' && node.text !== '' && node.value !== null) return node;
  const hint = "write 'include_tasks: FILE.yml'";
  if (node === undefined) report(reading, 'PLY013', 'it is not said which file', source, hint);
  else
    report(
      reading,
      'PLY004',
      `'file' must be the name of a file, not ${describeNode(node)}`,
      node.source,
      hint,
    );
  return undefined;
}

/** Whether a file is one of those in which something stands. */
function comesFrom(file: string, {file: own, chain}: Place): boolean {
  return file === own || chain.some((source) => source.file === file);
}
