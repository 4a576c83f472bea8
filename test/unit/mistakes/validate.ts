import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, relative} from 'node:path';
import {type Event, run} from '../../../src/engine/index.ts';
import type {Diagnostic} from '../../../src/errors/index.ts';
import {type Place, unmark} from './mistake.ts';

export interface Validated {
  /** Files are relative to the project. */
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: number;
  /** Where the marks of the files stood, in the order of file and line. */
  readonly marked: readonly Place[];
}

/** Writes the files into a folder of their own and validates its site.yml, as `vprov validate site.yml` does. */
export async function validate(
  files: Readonly<Record<string, string>>,
  options: {
    readonly limit?: string | undefined;
    readonly extraVars?: readonly string[] | undefined;
    readonly inventory?: readonly string[] | undefined;
    /** What is no text, or no file, put into the folder. */
    readonly plant?: (directory: string) => void;
    /** Sees the events while the files are there. */
    readonly look?: (events: readonly Event[], directory: string) => void;
  } = {},
): Promise<Validated> {
  const directory = mkdtempSync(join(tmpdir(), 'vprov-mistakes-'));
  try {
    const marked = Object.entries(files).flatMap(([file, content]) => {
      const {text, places} = unmark(file, content);
      mkdirSync(dirname(join(directory, file)), {recursive: true});
      writeFileSync(join(directory, file), text);
      return places;
    });
    options.plant?.(directory);
    const events: Event[] = [];
    const running = run({
      playbook: 'site.yml',
      inventory: options.inventory ?? [],
      ...(options.limit === undefined ? {} : {limit: options.limit}),
      tags: [],
      skipTags: [],
      mode: 'validate',
      diff: false,
      extraVars: (options.extraVars ?? []).map((text) => ({text})),
      forks: 1,
      detailedExitcode: false,
      cwd: directory,
      signal: new AbortController().signal,
      now: () => 0,
      environment: {},
    });
    for await (const event of running.events) events.push(event);
    const {exitCode} = await running.done;
    options.look?.(events, directory);
    const diagnostics = events.flatMap((event) =>
      event.type === 'diagnostic' ? [within(directory, event.diagnostic)] : [],
    );
    return {diagnostics, exitCode, marked};
  } finally {
    rmSync(directory, {recursive: true});
  }
}

function within(directory: string, diagnostic: Diagnostic): Diagnostic {
  const {source} = diagnostic;
  return source ? {...diagnostic, source: {...source, file: relative(directory, source.file)}} : diagnostic;
}
