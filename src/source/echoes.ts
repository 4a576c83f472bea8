import type {Diagnostic} from '../errors/index.ts';

/**
 * Diagnostics without echoes: where the YAML of a line is wrong, what else is said of that line is a consequence;
 * and what is said twice of one place (a role used by two plays) is said once.
 */
export function withoutEchoes(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = ({source}: Diagnostic): string | undefined => source && `${source.file}:${source.line}`;
  const broken = new Set(diagnostics.filter(isOurs).map(lineOf));
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    if (!isOurs(diagnostic) && diagnostic.source && broken.has(lineOf(diagnostic))) return false;
    const identity = JSON.stringify([diagnostic.code, diagnostic.message, diagnostic.source]);
    return !seen.has(identity) && seen.add(identity);
  });
}

function isOurs(diagnostic: Diagnostic): boolean {
  return diagnostic.code.startsWith('SRC');
}
