import {join, resolve} from 'node:path';
import type {Terminal} from './terminal.ts';

/** A folder stands for the YAML files in it. None where there is none, which is said. */
export function playbooksOf(
  paths: readonly string[],
  {cwd, listFolder, stderr}: Terminal,
): readonly string[] {
  const named = paths.length > 0 ? paths : ['playbooks'];
  const playbooks = named.flatMap((path) => {
    const names = listFolder(resolve(cwd, path));
    if (names === undefined) return paths.length > 0 ? [path] : [];
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
  });
  if (playbooks.length === 0)
    stderr.write(
      paths.length > 0
        ? `error: there is no playbook in ${paths.map((path) => `'${path}'`).join(', ')}: no file ends in .yml or .yaml\n`
        : "error: no playbook is named, and there is none in the folder 'playbooks'\n",
    );
  return playbooks;
}
