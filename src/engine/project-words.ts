import {readdirSync, readFileSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {standingAt} from '../source/index.ts';
import type {Project} from './project.ts';

/** A folder with more files than this is no project of playbooks: nothing is said of its words. */
const mostFiles = 2000;
const mostFolders = 500;
const largestFileBytes = 512 * 1024;

/**
 * How often each of some words stands in the files of a project, those of other playbooks and of roles that are not used
 * here included; undefined where there are too many files to look through. Words are counted, not files read: what is
 * put together or read in a way that is not known here counts, too.
 * @param isModule of these words only those count that something may read: in a template or a condition
 */
export function wordCounts(
  words: ReadonlySet<string>,
  {playbook, inventory}: Pick<Project, 'playbook' | 'inventory'>,
  isModule: (word: string) => boolean = () => false,
): ReadonlyMap<string, number> | undefined {
  const beside = dirname(playbook.file);
  const folders = new Set([beside, join(dirname(beside), 'roles'), ...inventory.files.map(folderOf)]);
  const files = filesBelow([...folders]);
  if (files === undefined) return undefined;
  const counts = new Map<string, number>();
  const modules = new Set([...words].filter(isModule));
  for (const file of files) {
    const text = textOf(file);
    const count = (part: string, isCounted: (word: string) => boolean): void => {
      for (const [word] of part.matchAll(/[A-Za-z_]\w*/g))
        if (isCounted(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    };
    count(text, (word) => words.has(word) && !modules.has(word));
    if (modules.size > 0)
      for (const [read] of text.matchAll(mayRead)) count(read, (word) => modules.has(word));
  }
  return counts;
}

/** A template, and a line that begins as a condition does. */
const mayRead = /\{\{[^{}]*\}\}|^[ \t-]*(?:when|until|that|var|loop|\w+_when):.*$/gm;

function folderOf(inventory: string): string {
  return standingAt(inventory)?.isDirectory() ? inventory : dirname(resolve(inventory));
}

function filesBelow(roots: readonly string[]): ReadonlySet<string> | undefined {
  const files = new Set<string>();
  const seen = new Set<string>();
  const open = [...roots];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    for (const entry of entriesOf(folder)) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) open.push(join(folder, entry.name));
      else if (entry.isFile()) files.add(join(folder, entry.name));
    }
    if (files.size > mostFiles || seen.size > mostFolders) return undefined;
  }
  return files;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch {
    // No such folder, or not ours to look into: whatever stands there, this playbook cannot read it either.
    return [];
  }
}

function textOf(file: string): string {
  try {
    return statSync(file).size > largestFileBytes ? '' : readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
