import {didYouMean, type Source} from '../errors/index.ts';
import {describeNode, type MapEntry, type MapNode, type Node} from '../source/index.ts';
import {readAmongOfPlay} from './among.ts';
import {moduleName, playAsMeant} from './as-meant.ts';
import {isTemplate, readBecome, readBoolean, readScalar, readTags} from './fields.ts';
import {foreignHint} from './foreign.ts';
import {readHandlers} from './handlers.ts';
import {inherit, nothing, tasksIn} from './inherit.ts';
import {laterHints, laterPlayKeywords, playKeywords, taskKeywords} from './keywords.ts';
import {link, linkHandlers} from './link.ts';
import {type Linking, nothingFound} from './linking.ts';
import {readManner} from './manner.ts';
import type {Entry, HostPattern, Inherited, Play} from './model.ts';
import {checkDuplicates, checkNotifications} from './notify.ts';
import {readPace} from './pace.ts';
import {fieldsOf, type Reading, readMap, report} from './reading.ts';
import type {RoleShelf} from './role-shelf.ts';
import {readRoles} from './roles.ts';
import {readTasks} from './task-list.ts';
import {readVarsFiles} from './vars-files.ts';
import {readVarsPrompt} from './vars-prompt.ts';

/** Where a play is written. */
export interface PlayPlace {
  /** Absolute path of the playbook. */
  readonly file: string;
  /** The imports that led to it, and what they give to its plays; the outermost first. */
  readonly importedBy: readonly Source[];
  readonly given: Given;
}

/** What an import of a playbook gives to its plays. */
export type Given = Pick<Inherited, 'when' | 'tags' | 'vars'>;

/** A play, or undefined when it cannot be told for which hosts it is. */
export function readPlay(
  reading: Reading,
  shelf: RoleShelf,
  {file, importedBy, given}: PlayPlace,
  node: Node,
): Play | undefined {
  if (node.type !== 'map') {
    const message = `a play must be a map, not ${describeNode(node)}`;
    report(reading, 'PLY001', message, node.source, "write '- hosts: …' and 'tasks:' below it");
    return undefined;
  }
  const task = taskInItsPlace(reading, node);
  if (task !== undefined) {
    reading.unread.facts = true;
    report(
      reading,
      'PLY002',
      `unknown keyword '${task.key}' in a play`,
      task.keySource,
      keyHint(reading, task.key),
    );
    return undefined;
  }
  const fields = fieldsOf(playAsMeant(node));
  checkKeys(reading, node.entries);
  const hosts = readHosts(reading, node, fields);
  const name = readScalar(reading, fields, 'name');
  const tags = [...new Set([...given.tags, ...readTags(reading, fields)])];
  const noLog = readBoolean(reading, fields, 'no_log');
  const found = nothingFound();
  const linking: Linking = {
    ...shelf,
    place: {file, role: undefined, chain: importedBy},
    role: undefined,
    noLog,
    found,
  };
  const list = (key: string): readonly Entry[] =>
    link(reading, readTasks(reading, fields.get(key)?.value, `'${key}'`), linking);
  const roles = readRoles(reading, linking, fields.get('roles')?.value);
  const ofRoles = found.handlers.length;
  const parts = [list('pre_tasks'), [...roles, ...list('tasks')], list('post_tasks')];
  const written = readHandlers(reading, fields.get('handlers')?.value, "'handlers'");
  const own = linkHandlers(reading, written, linking);
  const outer = {
    ...nothing,
    tags,
    ignoreErrors: readBoolean(reading, fields, 'ignore_errors'),
    noLog,
    among: readAmongOfPlay(reading, fields),
    manner: readManner(reading, fields),
  };
  // As Ansible has it, handlers do not hear of the import's condition.
  const ofTasks = {...outer, when: given.when};
  const all = {
    // Before the tasks there is nothing to flush for where there are no pre_tasks.
    tasks: parts.flatMap((part, index): readonly Entry[] =>
      index === 0 && part.length === 0
        ? []
        : [
            ...part.map((entry) => inherit(entry, ofTasks)),
            {type: 'flush', isLast: index === parts.length - 1},
          ],
    ),
    // Those of roles that tasks import or include come last, as in Ansible.
    handlers: [...found.handlers.slice(0, ofRoles), ...own.handlers, ...found.handlers.slice(ofRoles)].map(
      (one) => inherit(one, outer),
    ),
  };
  checkDuplicates(reading, all.handlers);
  if (found.complete && own.complete) {
    const tasks = [...tasksIn([...all.tasks, ...all.handlers])];
    checkNotifications(reading, tasks, [...found.names, ...own.names]);
  }
  const play = {
    source: node.source,
    file,
    importedBy,
    become: readBecome(reading, fields),
    gatherFacts: readBoolean(reading, fields, 'gather_facts') ?? true,
    quorum: readBoolean(reading, fields, 'quorum') ?? false,
    pace: readPace(reading, fields),
    vars: merged([readMap(reading, fields.get('vars')?.value, "'vars'"), ...given.vars.toReversed()]),
    prompts: readVarsPrompt(reading, fields.get('vars_prompt')?.value),
    varsFiles: readVarsFiles(reading, shelf, fields.get('vars_files')?.value),
    tags,
    roles: found.roles,
    tasks: all.tasks,
    handlers: all.handlers,
    ...(found.lost || own.lost ? {losesHandlers: true as const} : {}),
  };
  if (hosts === undefined) {
    loseFacts(reading, play);
    return undefined;
  }
  const pattern = {text: hosts.patterns.map(({text}) => text).join(','), source: hosts.source};
  const template = name && isTemplate(name) ? {nameTemplate: name} : {};
  return {
    name: name?.text ?? pattern.text,
    ...template,
    hosts: pattern,
    hostPatterns: hosts.patterns,
    ...play,
  };
}

/** Of a play that cannot be told for which hosts it is, later ones miss nothing that its tasks set. */
function loseFacts({unread}: Reading, {tasks, handlers}: Pick<Play, 'tasks' | 'handlers'>): void {
  for (const task of tasksIn([...tasks, ...handlers])) {
    const {register, module, args} = task;
    const set = module === 'set_fact' ? args.entries.map(({key}) => key) : [];
    for (const name of [...set, ...(register === undefined ? [] : [register])]) unread.names.add(name);
    if (module === 'include_vars' || (task.type === 'include' && !task.known)) unread.facts = true;
  }
}

/** Maps of variables as one: of those with the same name the last holds. */
function merged(maps: readonly (MapNode | undefined)[]): MapNode | undefined {
  const [first, ...more] = maps.filter((map) => map !== undefined);
  if (first === undefined || more.length === 0) return first;
  const entries = new Map([first, ...more].flatMap((map) => map.entries.map((entry) => [entry.key, entry])));
  return {...first, entries: [...entries.values()]};
}

/** The module of a task, or what begins a block, where a play belongs. */
function taskInItsPlace(reading: Reading, {entries}: MapNode): MapEntry | undefined {
  const isPlay = entries.some(
    ({key}) => didYouMean(key, ['hosts']) !== undefined || listsOfPlays.includes(key),
  );
  const isTask = (key: string): boolean =>
    reading.modules.has(moduleName(key)) || ['block', 'include'].includes(moduleName(key));
  return isPlay ? undefined : entries.find(({key}) => isTask(key));
}

const listsOfPlays = ['hosts', 'pre_tasks', 'tasks', 'post_tasks', 'roles', 'handlers'];

function checkKeys(reading: Reading, entries: MapNode['entries']): void {
  for (const {key, keySource} of entries) {
    if (playKeywords.includes(key)) continue;
    if (laterPlayKeywords.has(key))
      report(reading, 'PLY003', `'${key}' is not supported yet`, keySource, laterHints.get(key));
    else report(reading, 'PLY002', `unknown keyword '${key}' in a play`, keySource, keyHint(reading, key));
  }
}

function keyHint(reading: Reading, key: string): string | undefined {
  if (moduleName(key) === 'include')
    return "write 'import_playbook: FILE', or 'include_tasks' below 'tasks:'";
  if (reading.modules.has(moduleName(key)) || key === 'block')
    return "a module belongs into a task: '- name: …' below 'tasks:'";
  const near = didYouMean(key, playKeywords);
  if (near !== undefined) return near;
  return taskKeywords.includes(key)
    ? `'${key}' belongs to a task`
    : (foreignHint(key) ?? 'docs/language.md lists the keywords of plays');
}

/** The pattern of hosts. A list of patterns is their union. */
function readHosts(
  reading: Reading,
  play: MapNode,
  fields: ReadonlyMap<string, MapEntry>,
): {patterns: readonly HostPattern[]; source: Source} | undefined {
  const node = fields.get('hosts')?.value;
  if (node === undefined) {
    report(reading, 'PLY013', "a play needs 'hosts'", play.source, "name a host or a group, or 'all'");
    return undefined;
  }
  const items = node.type === 'list' ? node.items : [node];
  const patterns = items.flatMap((item) => readPattern(reading, item) ?? []);
  if (items.length === 0)
    report(reading, 'PLY004', "'hosts' is empty", node.source, "name a host or a group, or 'all'");
  if (patterns.length === 0 || patterns.length < items.length) return undefined;
  return {patterns, source: node.source};
}

function readPattern(reading: Reading, node: Node): HostPattern | undefined {
  if (node.type === 'scalar' && node.value !== null && node.text.trim() !== '')
    return {text: node.text, source: node.source, ...(isTemplate(node) ? {template: node} : {})};
  const message = `'hosts' must be a pattern, not ${describeNode(node)}`;
  report(reading, 'PLY004', message, node.source, "name a host or a group, or 'all'");
  return undefined;
}
