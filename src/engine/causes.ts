import type {Diagnostic, Source} from '../errors/index.ts';

/** Mistakes by what they come from: each cause once, whatever number of hosts, items and tasks shows it. */
export class Causes {
  readonly #found = new Map<string, Diagnostic>();

  /** What is found later knows more of the same mistake; an error stays one. */
  add(diagnostic: Diagnostic): void {
    const cause = causeOf(diagnostic);
    if (diagnostic.severity === 'warning' && this.#found.get(cause)?.severity === 'error') return;
    this.#found.set(cause, diagnostic);
  }

  all(): readonly Diagnostic[] {
    return ofOneValue([...this.#found.values()]);
  }
}

/** The same place and the same values: what came of these on one host and another is no second mistake. */
function causeOf({code, message, source, related}: Diagnostic): string {
  if (code !== 'VAL002' && code !== 'MOD004' && code !== 'MOD005')
    return JSON.stringify([code, message, source]);
  const values = related?.map((one) => one.source);
  return JSON.stringify([
    code,
    message.replace(/(?:, not (?:'.*'|\S+)| \(it is [^)]*\))$/s, ''),
    source,
    values,
  ]);
}

/** A value that lacks what several places read: it is told at the first, which names the others. */
function ofOneValue(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = new Map<string, {readonly at: number; readonly others: Source[]}>();
  const kept: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const value = lackingValue(diagnostic);
    const before = value === undefined ? undefined : first.get(value);
    if (before && diagnostic.source) {
      before.others.push(diagnostic.source);
      continue;
    }
    if (value !== undefined) first.set(value, {at: kept.length, others: []});
    kept.push(diagnostic);
  }
  for (const {at, others} of first.values()) {
    const one = kept[at];
    if (one && others.length > 0)
      kept[at] = {...one, related: [...(one.related ?? []), ...others.map(readHere)]};
  }
  return kept;
}

/** Where a near name is known, each place is most likely misspelt by itself. */
function lackingValue({code, message, hint, related}: Diagnostic): string | undefined {
  const defined = related?.[0]?.source;
  if (code !== 'VAL002' || defined === undefined || hint?.startsWith('did you mean')) return undefined;
  return JSON.stringify([message, defined]);
}

function readHere(source: Source): {readonly message: string; readonly source: Source} {
  return {message: 'it is read like that here, too', source};
}
