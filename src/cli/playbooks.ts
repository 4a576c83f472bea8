import {join, resolve} from 'node:path';
import type {Terminal} from './terminal.ts';

/** A folder stands for the YAML files in it. */
export function playbooksOf(paths: readonly string[], {cwd, listFolder}: Terminal): readonly string[] {
  const named = paths.length > 0 ? paths : ['playbooks'];
  return named.flatMap((path) => {
    const names = listFolder(resolve(cwd, path));
    if (names === undefined) return paths.length > 0 ? [path] : [];
    return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
  });
}
