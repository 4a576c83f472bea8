import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with busybox's own tools as links. */
    applets: string;
  }
}

/** Before the tests of the ring: busybox's tools. They are shared by all files, and go when the last has ended. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'vprov-busybox-'));
  execFileSync('busybox', ['--install', '-s', folder]);
  project.provide('applets', folder);
  return () => rmSync(folder, {recursive: true, force: true});
}
