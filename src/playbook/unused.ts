import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {type Diagnostic, warningDiagnostic} from '../errors/index.ts';
import {isRefusal, isRefused, readLocalText} from '../source/index.ts';
import {playbookCodes} from './codes.ts';
import type {Playbook, Role} from './model.ts';

/** Folders of a role in which its variables are read. */
const readers = ['tasks', 'handlers', 'templates', 'defaults', 'vars', 'meta/main.yml', 'meta/main.yaml'];

/**
 * Defaults of roles that stand nowhere else, neither in the role nor in the playbook: whoever sets them changes
 * nothing. Words are counted, not templates read, so that a name that is put together is never called unused.
 */
export function unusedDefaults({file, plays}: Playbook): readonly Diagnostic[] {
  const roles = new Map(plays.flatMap((play) => play.roles.map((role) => [role.directory, role])));
  const names = [...roles.values()].flatMap(({defaults}) => (defaults?.entries ?? []).map(({key}) => key));
  const words = new Map<string, number>();
  if (names.length === 0) return [];
  const beginnings = beginningsOf(names);
  const playbooks = new Set([file, ...plays.map((play) => play.file)]);
  for (const path of [...playbooks, ...[...roles.keys()].flatMap(filesOfRole)])
    count(textOf(path), beginnings, words);
  return [...roles.values()].flatMap((role) => unusedOf(role, words));
}

function unusedOf({name: role, defaults}: Role, words: ReadonlyMap<string, number>): readonly Diagnostic[] {
  return (defaults?.entries ?? [])
    .filter(({key}) => words.get(key) === 1)
    .map(({key, keySource}) =>
      warningDiagnostic(playbookCodes, 'PLY021', `nothing in role '${role}' reads '${key}'`, {
        source: keySource,
        hint: 'remove it, or use it',
      }),
    );
}

/** What matches every word that begins as one of the names does: a role's names mostly begin alike, and other words do not. */
function beginningsOf(names: readonly string[]): RegExp {
  const beginnings = new Set(names.map((name) => /^[A-Za-z_]\w{0,3}/.exec(name)?.[0] ?? ''));
  return new RegExp(`(?<!\\w)(?:${[...beginnings].filter((one) => one !== '').join('|')})\\w*`, 'g');
}

function count(text: string, beginnings: RegExp, words: Map<string, number>): void {
  const code = text.replace(/^[ \t]*#.*$/gm, '');
  for (const [word] of code.matchAll(beginnings)) words.set(word, (words.get(word) ?? 0) + 1);
}

function filesOfRole(directory: string): readonly string[] {
  return readers.flatMap((name) => filesBelow(join(directory, name)));
}

function filesBelow(path: string): readonly string[] {
  try {
    return readdirSync(path, {withFileTypes: true, recursive: true})
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.code === 'ENOTDIR' ? [path] : [];
  }
}

/** Of what cannot be read no word is known: its readers say so. */
function textOf(path: string): string {
  const text = readLocalText(path);
  return isRefused(text) ? '' : text;
}
