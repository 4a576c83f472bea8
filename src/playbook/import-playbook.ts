import {dirname, resolve} from 'node:path';
import {didYouMean, type Source} from '../errors/index.ts';
import {describeNode, findLocalFile, type MapNode, type Node, type ScalarNode} from '../source/index.ts';
import {importAsMeant} from './as-meant.ts';
import {readConditions} from './condition.ts';
import {isTemplate, readTags} from './fields.ts';
import {importedPlayKeywords, playKeywords} from './keywords.ts';
import type {Play} from './model.ts';
import {missingFileHint, nearFile} from './near-file.ts';
import {type Given, type PlayPlace, readPlay} from './play.ts';
import {fieldsOf, type Loss, measured, type Reading, readFile, readList, readMap, report} from './reading.ts';
import {type RoleShelf, shelfAt} from './role-shelf.ts';

/** A playbook as it is read for a run: on its own, or imported by another. */
interface Origin extends PlayPlace {
  readonly shelf: Pick<RoleShelf, 'read' | 'taskFiles'>;
}

/** The plays of a playbook, those of the playbooks that it imports in their places. */
export function readPlays(reading: Reading, origin: Origin, node: Node): readonly Play[] {
  const shelf = shelfAt(dirname(origin.file), origin.shelf);
  return readList(reading, node, 'a playbook').flatMap((item): readonly Play[] => {
    const key = item.type === 'map' ? importKey(item) : undefined;
    if (key !== undefined && item.type === 'map') return importPlays(reading, origin, item, key);
    const {value: play, loses} = measured(reading, () => readPlay(reading, shelf, origin, item));
    if (play !== undefined) return [losing(play, loses)];
    if (loses.facts) reading.unread.facts = true;
    return [];
  });
}

function losing(play: Play, {variables, facts}: Readonly<Loss>): Play {
  return variables || facts ? {...play, loses: facts ? 'facts' : 'variables'} : play;
}

function importKey({entries}: MapNode): string | undefined {
  return entries.find(({key}) => /^(ansible\.(builtin|legacy)\.)?import_playbook$/.test(key))?.key;
}

function importPlays(reading: Reading, origin: Origin, node: MapNode, importedAs: string): readonly Play[] {
  checkKeys(reading, node, importedAs);
  const fields = fieldsOf(importAsMeant(node));
  const {value: given, loses} = measured(reading, () => readGiven(reading, fields, origin.given));
  const name = nameOf(reading, fields.get(importedAs)?.value);
  const file = name && findPlaybook(reading, name, origin);
  if (name === undefined || file === undefined) {
    reading.unread.facts = true;
    return [];
  }
  const chain = [...origin.importedBy, name.source];
  if (file === origin.file || origin.importedBy.some((source) => source.file === file)) {
    const hint = 'a playbook that imports itself has no end: remove it here';
    report(reading, 'PLY024', `${name.text} imports itself`, name.source, hint, related(origin.importedBy));
    return [];
  }
  const {node: plays} = readFile(reading, file, 'tasks', name.source);
  if (plays === undefined) return [];
  const imported = readPlays(reading, {file, importedBy: chain, given, shelf: origin.shelf}, plays);
  return imported.map((play) => (play.loses === undefined ? losing(play, loses) : play));
}

function checkKeys(reading: Reading, {entries}: MapNode, importedAs: string): void {
  for (const {key, keySource} of entries) {
    if (key === importedAs || importedPlayKeywords.includes(key)) continue;
    const hint = playKeywords.includes(key)
      ? `'${key}' belongs to the plays of the imported playbook`
      : (didYouMean(key, importedPlayKeywords) ??
        `beside it stand ${importedPlayKeywords.slice(1).join(', ')}`);
    report(reading, 'PLY002', `'${key}' has no place on 'import_playbook'`, keySource, hint);
  }
}

/** What an import gives to the plays, after what is given to it. Its variables are weaker than those of what imports it. */
function readGiven(reading: Reading, fields: ReturnType<typeof fieldsOf>, outer: Given): Given {
  const vars = readMap(reading, fields.get('vars')?.value, "'vars'");
  return {
    when: [...outer.when, ...(readConditions(reading, fields, 'when') ?? [])],
    tags: [...outer.tags, ...readTags(reading, fields)],
    vars: vars === undefined ? outer.vars : [...outer.vars, vars],
  };
}

function nameOf(reading: Reading, node: Node | undefined): ScalarNode | undefined {
  if (node === undefined) return undefined;
  if (isTemplate(node)) {
    const hint = 'it is read before anything is known: write the name, and a condition beside it';
    report(reading, 'PLY003', "a template in 'import_playbook' is not supported", node.source, hint);
    return undefined;
  }
  if (node.type === 'scalar' && node.value !== null && node.text !== '') return node;
  const message = `'import_playbook' must be the name of a file, not ${describeNode(node)}`;
  report(reading, 'PLY004', message, node.source, "write 'import_playbook: FILE.yml'");
  return undefined;
}

/** Beside the playbook that names it. That there is none is reported. */
function findPlaybook(
  reading: Reading,
  {text, source}: ScalarNode,
  {file: own, importedBy}: Origin,
): string | undefined {
  const file = resolve(dirname(own), text);
  if (findLocalFile([file]) !== undefined) return file;
  const hint = missingFileHint(nearFile([file], 'plays'), [file]);
  report(reading, 'PLY026', `there is no playbook '${text}'`, source, hint, related(importedBy));
  return undefined;
}

function related(chain: readonly Source[]) {
  return chain.map((source) => ({message: 'imported here', source})).toReversed();
}
