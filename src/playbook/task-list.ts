import {didYouMean} from '../errors/index.ts';
import {describeNode, entryOf, type MapEntry, type MapNode, type Node} from '../source/index.ts';
import {blockAsMeant, moduleName, taskAsMeant} from './as-meant.ts';
import {readScalar} from './fields.ts';
import {nothing, within} from './inherit.ts';
import {readInherited} from './inherited.ts';
import {blockKeywords, blockLists, importKeywords, includeKeywords, taskKeywords} from './keywords.ts';
import type {Include, Inherited, ModuleTask} from './model.ts';
import {fieldsOf, type Reading, readList, readMap, report} from './reading.ts';
import {readTask} from './task.ts';
import type {Import, Written, WrittenBlock} from './written.ts';

/** The entries of a list of tasks, those left out that have nothing to run. */
export function readTasks(reading: Reading, node: Node | undefined, what: string): readonly Written[] {
  return readList(reading, node, what).flatMap((item) => readEntry(reading, item, 'task') ?? []);
}

/** A task, a block, an import or an include. */
export function readEntry(reading: Reading, node: Node, what: 'task' | 'handler'): Written | undefined {
  if (node.type !== 'map') {
    const hint = "write '- name: …' and the module below it";
    report(reading, 'PLY001', `a ${what} must be a map, not ${describeNode(node)}`, node.source, hint);
    return undefined;
  }
  const play = node.entries.find(({key}) => key === 'hosts' || moduleName(key) === 'import_playbook');
  if (play !== undefined) {
    reading.unread.facts = true;
    const hint =
      "a play begins at the left margin of a playbook; other playbooks are read there by 'import_playbook'";
    report(reading, 'PLY002', `unknown keyword or module '${play.key}' in a ${what}`, play.keySource, hint);
    return undefined;
  }
  const isBlock = (map: MapNode): boolean => blockLists.some((key) => entryOf(map, key));
  if (isBlock(node) || isBlock(taskAsMeant(reading, node))) return readBlock(reading, node, what);
  const task = readTask(reading, node, what);
  if (task === undefined) return undefined;
  switch (task.module) {
    case 'import_tasks':
    case 'import_role':
      return importOf(reading, node, task);
    case 'include_tasks':
    case 'include_role':
      return includeOf(reading, node, task);
    default:
      return task;
  }
}

/** A task that is rescued without being in a block. */
function notInBlock(reading: Reading, node: MapNode, {key: module}: MapEntry): undefined {
  const [first] = node.entries.filter(({key}) => blockLists.includes(key));
  const hint = `put '${module}' into a list below 'block:', beside '${first?.key}'`;
  if (first) report(reading, 'PLY014', `'${first.key}' does nothing without 'block'`, first.keySource, hint);
  const register = entryOf(node, 'register')?.value;
  if (register?.type === 'scalar') reading.unread.names.add(register.text);
}

function readBlock(reading: Reading, node: MapNode, what: 'task' | 'handler'): WrittenBlock | undefined {
  const meant = blockAsMeant(node);
  const fields = fieldsOf(meant);
  const task = fields.has('block') ? undefined : node.entries.find(({key}) => reading.modules.has(key));
  if (task !== undefined) return notInBlock(reading, node, task);
  checkKeys(reading, node, 'a block', blockKeywords);
  const list = (key: string): readonly Written[] => readTasks(reading, fields.get(key)?.value, `'${key}'`);
  const lists = {block: list('block'), rescue: list('rescue'), always: list('always')};
  const keywords = readInherited(reading, fields);
  const name = readScalar(reading, fields, 'name');
  const [first] = meant.entries.filter(({key}) => blockLists.includes(key));
  if (first !== undefined && !fields.has('block')) {
    const hint = "write 'block:' before it, with the tasks that may fail";
    report(reading, 'PLY014', `'${first.key}' does nothing without 'block'`, first.keySource, hint);
  }
  if (first !== undefined && what === 'handler') {
    const hint = "give each task a name of its own, or put them into a file for 'include_tasks'";
    report(reading, 'PLY022', 'a block cannot be a handler', first.keySource, hint);
    return undefined;
  }
  return {type: 'block', name, source: node.source, keywords, ...lists};
}

/** An import has no life of its own: what it says is said of each of its tasks. */
function importOf(reading: Reading, node: MapNode, task: ModuleTask): Import {
  checkKeys(reading, node, task.module, [...importKeywords, task.module]);
  return {
    type: 'import',
    module: task.module,
    source: task.source,
    args: task.args,
    keywords: within(task, nothing),
  };
}

function includeOf(reading: Reading, node: MapNode, task: ModuleTask): Include {
  checkKeys(reading, node, task.module, [...includeKeywords, task.module]);
  const apply = entryOf(task.args, 'apply');
  const entries = task.args.entries.filter((entry) => entry !== apply);
  return {
    ...task,
    type: 'include',
    args: {...task.args, entries},
    inner: readApply(reading, apply),
    parameters: task.vars[0],
    place: {file: node.source.file, role: undefined, chain: []},
    known: undefined,
  };
}

function readApply(reading: Reading, entry: MapEntry | undefined): Inherited {
  const map = readMap(reading, entry?.value, "'apply'");
  if (map === undefined) return nothing;
  checkKeys(
    reading,
    map,
    "'apply'",
    importKeywords.filter((key) => key !== 'args'),
  );
  return readInherited(reading, fieldsOf(map));
}

/** Reports keys that have no place here. Of a task those that are no keywords at all were reported before. */
function checkKeys(reading: Reading, map: MapNode, where: string, allowed: readonly string[]): void {
  for (const {key, keySource} of map.entries) {
    const own = key.replace(/^ansible\.(builtin|legacy)\./, '');
    if (allowed.includes(own)) continue;
    if (taskKeywords.includes(key)) {
      report(reading, 'PLY022', `'${key}' has no place on ${where}`, keySource, placeHint(key, where));
    } else if (where === 'a block' || where === "'apply'") {
      const hint = reading.modules.has(own)
        ? "a module belongs into a task: '- name: …' below 'block:'"
        : didYouMean(key, allowed);
      report(reading, 'PLY002', `unknown keyword '${key}' in ${where}`, keySource, hint);
    }
  }
}

function placeHint(key: string, where: string): string {
  if (key === 'loop' || key === 'loop_control')
    return "put the tasks into a file of their own, and loop over 'include_tasks'";
  if (where.startsWith('include_')) return `what it includes is given '${key}' below 'apply:'`;
  return `'${key}' belongs to each task for itself`;
}
