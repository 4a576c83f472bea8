import type {Diagnostic} from '../errors/index.ts';
import type {EventBody} from './effect.ts';
import type {ExitCode} from './events.ts';
import {withUsualHint} from './usual-hints.ts';

/** Tells mistakes that nothing is begun with. @returns the exit code */
export function stopAt(diagnostics: readonly Diagnostic[], emit: (event: EventBody) => void): ExitCode {
  for (const diagnostic of inOrder(diagnostics.map(withUsualHint))) emit({type: 'diagnostic', diagnostic});
  return 1;
}

/** By file, line and column; what has no place comes first. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = ({source}: Diagnostic): string =>
    source
      ? [source.file, String(source.line).padStart(8, '0'), String(source.column).padStart(6, '0')].join('\0')
      : '';
  return [...diagnostics].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
