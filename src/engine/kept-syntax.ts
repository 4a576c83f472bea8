import {keepMap, keptMap} from '../cache/index.ts';
import type {KeptDocuments} from '../source/index.ts';
import {rememberSyntax, type Syntax, syntaxTrees} from '../values/index.ts';
import {cacheFileOf} from './documents.ts';
import type {LocalFiles} from './local-files.ts';
import type {RunOptions} from './options.ts';

/** The syntax of the templates of one playbook, kept from one run to the next. */
export interface KeptSyntax {
  /** Keeps what was parsed, in place of what was kept before, where there is more of it. */
  close(): Promise<void>;
}

/**
 * Takes what the last run parsed of the same templates. What may be secret is not kept: only texts of the playbook, its
 * roles and their template files as they are written, and never those of inventories, of files of variables, or of what was
 * encrypted.
 * @param playbook absolute path
 * @param documents what is kept of the playbook and its roles
 */
export function openSyntax(
  playbook: string,
  environment: RunOptions['environment'],
  documents: KeptDocuments | undefined,
  files: LocalFiles,
): KeptSyntax | undefined {
  const kept = cacheFileOf('syntax', playbook, environment);
  if (!kept || !documents) return undefined;
  const before = keptMap<Syntax>(kept.file, kept.program);
  rememberSyntax(before);
  return {
    async close() {
      const trees = syntaxTrees();
      if ([...trees.keys()].every((text) => before.has(text))) return;
      const open = new Set([...documents.texts(), ...(await files.templates())]);
      const now = new Map([...trees].filter(([text]) => open.has(text)));
      if ([...now.keys()].some((text) => !before.has(text))) keepMap(kept.file, kept.program, now);
    },
  };
}
