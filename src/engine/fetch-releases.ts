import {type Diagnostic, errorDiagnostic, hasError, VprovError} from '../errors/index.ts';
import {type ReleaseStore, releaseCodes} from '../releases/index.ts';
import type {EventBody} from './effect.ts';
import type {ExitCode} from './events.ts';
import {tellingOf} from './releases.ts';

/**
 * Fetches what validation came by: each program for each architecture of its cluster. What cannot be had is told, and
 * the others are fetched all the same.
 */
export async function fetchReleases(
  store: ReleaseStore,
  emit: (event: EventBody) => void,
  signal: AbortSignal,
): Promise<ExitCode> {
  const found: Diagnostic[] = [];
  for (const asked of store.asked) {
    const {source, open} = asked;
    const before = found.length;
    for (const architecture of asked.architectures) {
      const name = `${asked.name} for ${architecture}`;
      // Nobody wrote this task: it stands where the version does, or on the command line.
      const task = {name, source: source ?? {file: '', line: 0, column: 0}, module: 'release'};
      emit({type: 'task-start', host: asked.cluster, task});
      try {
        const what = await asked.fetch(architecture, tellingOf(emit, asked.cluster, task), signal);
        emit({type: 'note', message: `${name}: ${what}`});
      } catch (error) {
        // What was found before is told all the same.
        if (signal.aborted) return told(found, emit, 130);
        if (!(error instanceof VprovError)) throw error;
        found.push(...error.diagnostics);
      }
    }
    if (open.length > 0)
      found.push(
        errorDiagnostic(
          releaseCodes,
          'REL004',
          `${asked.name}: what ${open.join(', ')} needs is not known without asking, so it was not fetched`,
          {source, hint: 'set board or arch in the inventory'},
        ),
      );
    // Only what can be had: a version that cannot would hold all runs from now on.
    if (found.length === before) await asked.keep();
  }
  found.push(...store.unclear);
  return told(found, emit, hasError(found) ? 1 : 0);
}

function told(found: readonly Diagnostic[], emit: (event: EventBody) => void, exitCode: ExitCode): ExitCode {
  for (const diagnostic of found) emit({type: 'diagnostic', diagnostic});
  return exitCode;
}
