import {readdir, readlink, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {LocalEntry, LocalFile, LocalTree} from './effect.ts';

/** Something in a local tree that cannot be copied, in words for people. */
export class TreeProblem extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * All that is in a local directory, each directory before what is in it; a file alone is a tree of one.
 * @param root absolute path of a file or directory that is there
 * @param followLinks links are what they lead to; the root always is
 * @throws TreeProblem, or an error of the file system
 */
export async function readTree(
  root: string,
  followLinks: boolean,
  read: (file: string) => Promise<LocalFile>,
): Promise<LocalTree> {
  const found = await stat(root);
  if (!found.isDirectory()) return {entries: [{type: 'file', path: '', file: await read(root)}]};
  const entries: LocalEntry[] = [];
  await walk(root, '', [await realpath(root)]);
  return {entries};

  /** @param above real paths of the directories gone through: a link to one of them would never end */
  async function walk(directory: string, path: string, above: readonly string[]): Promise<void> {
    entries.push({type: 'directory', path});
    const names = await readdir(directory, {withFileTypes: true});
    for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const local = join(directory, entry.name);
      const within = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink() && !followLinks)
        entries.push({type: 'link', path: within, target: await readlink(local)});
      else await add(local, within, entry.isSymbolicLink(), above);
    }
  }

  async function add(local: string, path: string, isLink: boolean, above: readonly string[]): Promise<void> {
    const found = await stat(local).catch((error: unknown) => {
      if (isLink) throw new TreeProblem(`the link ${local} leads nowhere`, linkHint);
      throw error;
    });
    if (found.isFile()) entries.push({type: 'file', path, file: await read(local)});
    else if (!found.isDirectory()) throw new TreeProblem(`${local} is neither a file nor a directory`);
    else {
      const real = isLink ? await realpath(local) : local;
      if (isLink && above.includes(real))
        throw new TreeProblem(`the link ${local} leads to a directory that it is in`, linkHint);
      await walk(local, path, [...above, real]);
    }
  }
}

const linkHint = 'local_follow: false makes links of links';
