import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {type RunOptions, run} from '../../../src/engine/index.ts';
import {formatSource} from '../../../src/errors/index.ts';

/** The mistakes that validation finds, as `place: message`; none when all is well. Nothing is connected to. */
export async function mistakesOf(options: RunOptions): Promise<readonly string[]> {
  const running = run({...options, mode: 'validate'});
  const mistakes: string[] = [];
  for await (const event of running.events) {
    if (event.type !== 'diagnostic') continue;
    const {source, message} = event.diagnostic;
    mistakes.push(`${source ? path.basename(formatSource(source)) : 'nowhere'}: ${message}`);
  }
  const {exitCode} = await running.done;
  if (mistakes.length === 0 && exitCode !== 0) throw new Error(`no mistake, but exit code ${exitCode}`);
  return mistakes;
}

export const noOptions: Omit<RunOptions, 'playbook' | 'cwd'> = {
  inventory: [],
  tags: [],
  skipTags: [],
  mode: 'validate',
  diff: false,
  extraVars: [],
  forks: 1,
  detailedExitcode: false,
  signal: new AbortController().signal,
  now: () => 0,
  environment: {},
};

/** Validates a project that consists of these files, by their paths; `site.yml` is its playbook. */
export async function mistakesOfProject(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const cwd = mkdtempSync(path.join(tmpdir(), 'vprov-docs-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), {recursive: true});
      if (name.endsWith('/')) mkdirSync(path.join(cwd, name), {recursive: true});
      else writeFileSync(path.join(cwd, name), text);
    }
    return await mistakesOf({...noOptions, cwd, playbook: 'site.yml'});
  } finally {
    rmSync(cwd, {recursive: true});
  }
}
