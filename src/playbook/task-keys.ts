import {entryOf, type MapEntry, type MapNode} from '../source/index.ts';
import {meantInTask, moduleName, taskAsMeant} from './as-meant.ts';
import {foreignHint} from './foreign.ts';
import {laterHints, laterModules, laterTaskKeywords, playKeywords, taskKeywords} from './keywords.ts';
import {type KnownModule, type Reading, report} from './reading.ts';

interface FoundModule {
  readonly name: string;
  readonly known: KnownModule;
  readonly entry: MapEntry;
}

/**
 * The one module of a task, or the one that was meant. Reports every key that is neither keyword nor module, and a task
 * with no module or several.
 */
export function findModule(
  reading: Reading,
  task: MapNode,
  what: 'task' | 'handler',
): FoundModule | undefined {
  const modules: FoundModule[] = [];
  const unknown: MapEntry[] = [];
  const later: MapEntry[] = [];
  for (const entry of task.entries) {
    const name = moduleName(entry.key);
    const known = reading.modules.get(name);
    if (taskKeywords.includes(entry.key) || entry.key === 'listen') continue;
    if (known !== undefined) modules.push({name, known, entry});
    else if (laterTaskKeywords.has(name) || /^with_\w+$/.test(name)) later.push(entry);
    else unknown.push(entry);
  }
  if (what === 'task') reportListen(reading, task);
  const [module, second] = modules;
  // `poll` says how `async` is waited for.
  const own = later.filter(({key}) => key !== 'poll' || !later.some((other) => other.key === 'async'));
  for (const entry of own) reportLater(reading, entry);
  reportAllUnknown(reading, task, unknown, module, what);
  if (second !== undefined && module !== undefined) {
    const message = `a ${what} has one module, not both '${module.entry.key}' and '${second.entry.key}'`;
    const related = [{message: 'the first module', source: module.entry.keySource}];
    report(reading, 'PLY006', message, second.entry.keySource, `make two ${what}s of it`, related);
  }
  const excused =
    unknown.length > 0 || isBroken(reading, task) || later.some(({key}) => laterModules.has(moduleName(key)));
  if (module === undefined && !excused)
    report(
      reading,
      'PLY006',
      `the ${what} has no module`,
      task.source,
      "name one and its arguments, such as 'copy:'",
    );
  // Of two modules nobody knows which was meant.
  return second === undefined ? (module ?? meantModule(reading, task)) : undefined;
}

/** Whether YAML takes what stands below a key of the task for a part of its text: that is told already. */
function isBroken({diagnostics}: Reading, {source, entries}: MapNode): boolean {
  const last = Math.max(source.line, ...entries.map(({value}) => value.source.line));
  return diagnostics.some(
    ({code, source: at}) =>
      code === 'SRC003' && at?.file === source.file && at.line >= source.line && at.line <= last + 1,
  );
}

function meantModule(reading: Reading, task: MapNode): FoundModule | undefined {
  for (const entry of taskAsMeant(reading, task).entries) {
    const known = reading.modules.get(entry.key);
    if (known !== undefined) return {name: entry.key, known, entry};
  }
  return undefined;
}

function reportListen(reading: Reading, task: MapNode): void {
  const keySource = entryOf(task, 'listen')?.keySource;
  if (keySource === undefined) return;
  report(reading, 'PLY022', "'listen' has no place on a task", keySource, 'it belongs to a handler');
}

function reportLater(reading: Reading, {key, keySource}: MapEntry): void {
  const hint = key.startsWith('with_') ? loopHint(key) : laterHints.get(moduleName(key));
  report(reading, 'PLY003', `'${key}' is not supported yet`, keySource, hint);
}

/** What `loop` is given instead. */
function loopHint(key: string): string {
  const others: Readonly<Record<string, string>> = {
    with_dict: "loop: '{{ items x }}'",
    with_flattened: "loop: '{{ flatten x }}'",
    with_indexed_items: "loop, with 'index_var' below 'loop_control'",
    with_sequence: "loop: '{{ range 1 5 }}'",
    with_first_found: 'the function first_found',
    with_nested: 'loop over include_tasks, and loop in there',
    with_fileglob: "loop: [a, b], or copy with the directory as 'src'",
  };
  return `use ${others[key] ?? "'loop'"}`;
}

/** One slip of the indentation takes all arguments along: it is told at the first. */
function reportAllUnknown(
  reading: Reading,
  task: MapNode,
  unknown: readonly MapEntry[],
  module: FoundModule | undefined,
  what: 'task' | 'handler',
): void {
  const [outside, ...more] = unknown.filter(({key}) => module?.known.arguments.includes(key));
  for (const entry of unknown)
    if (!more.includes(entry))
      reportUnknown(reading, task, entry, module, what, entry === outside ? more : []);
}

function reportUnknown(
  reading: Reading,
  task: MapNode,
  {key, keySource}: MapEntry,
  module: FoundModule | undefined,
  what: 'task' | 'handler',
  alike: readonly MapEntry[],
): void {
  const hint = unknownHint(reading, task, key, module);
  const others = alike.map((entry) => `'${entry.key}'`).join(', ');
  report(
    reading,
    'PLY002',
    `unknown keyword or module '${key}' in a ${what}`,
    keySource,
    others === '' ? hint : `${hint}, and ${others} too`,
  );
}

function isBuiltin(key: string): boolean {
  return moduleName(key) !== key;
}

function unknownHint(
  reading: Reading,
  task: MapNode,
  key: string,
  module: FoundModule | undefined,
): string | undefined {
  if (module?.known.arguments.includes(key))
    return `it is an argument of ${module.name}: indent it below '${module.entry.key}:'`;
  const last = key.slice(key.lastIndexOf('.') + 1);
  if (last !== key && reading.modules.has(last)) return `write '${last}'`;
  const near = meantInTask(reading, task, key);
  if (near !== undefined) return `did you mean '${near}'?`;
  const [word = ''] = key.split(/[\s={]/, 1);
  if (word !== key && (reading.modules.has(moduleName(word)) || taskKeywords.includes(word)))
    return `a colon and a space belong after '${word}'`;
  const foreign = foreignHint(last);
  const collections = 'modules of collections are not supported';
  if (foreign !== undefined) return last === key || isBuiltin(key) ? foreign : `${collections}: ${foreign}`;
  if (playKeywords.includes(key)) return `'${key}' belongs to a play: it stands beside 'hosts'`;
  if (last !== key && !isBuiltin(key)) return collections;
  return module === undefined
    ? 'docs/modules.md lists the modules, docs/language.md the keywords'
    : 'docs/language.md lists the keywords of tasks';
}
