import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type RunOptions, run} from '../../../src/engine/index.ts';
import type {Diagnostic} from '../../../src/errors/index.ts';

/** A project on disk, for as long as `use` takes. Files by their path in it. */
export async function withProject<T>(
  files: Readonly<Record<string, string>>,
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'vprov-project-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, name)), {recursive: true});
      writeFileSync(path.join(directory, name), text);
    }
    return await use(directory);
  } finally {
    rmSync(directory, {recursive: true, force: true});
  }
}

/** What validation says of `site.yml` on the hosts of `inventory.yml` (by default one, `pi`). */
export async function validate(
  files: Readonly<Record<string, string>>,
  options: Partial<RunOptions> = {},
): Promise<readonly Diagnostic[]> {
  const project = {'inventory.yml': 'all: {hosts: {pi: {}}}\n', ...files};
  return withProject(project, async (cwd) => {
    const {events, done} = run({
      playbook: 'site.yml',
      inventory: ['inventory.yml'],
      tags: [],
      skipTags: [],
      mode: 'validate',
      diff: false,
      extraVars: [],
      forks: 1,
      detailedExitcode: false,
      cwd,
      signal: new AbortController().signal,
      now: () => 0,
      environment: {XDG_CACHE_HOME: path.join(cwd, '.cache')},
      ...options,
    });
    const found: Diagnostic[] = [];
    for await (const event of events) if (event.type === 'diagnostic') found.push(event.diagnostic);
    await done;
    return found.map((one) => withoutDirectory(one, cwd));
  });
}

function withoutDirectory(diagnostic: Diagnostic, directory: string): Diagnostic {
  return JSON.parse(JSON.stringify(diagnostic).replaceAll(`${directory}/`, '')) as Diagnostic;
}

/** A diagnostic on one line: `CODE file:line:column message [hint]`. */
export function line({code, message, source, hint}: Diagnostic): string {
  const place = source ? `${source.file}:${source.line}:${source.column}` : '-';
  return `${code} ${place} ${message}${hint ? ` [${hint}]` : ''}`;
}
