import type {Redactor} from '../text/index.ts';

/** An event in which no known secret stands: the second net, under the texts that carry secrets marked. */
export function redacted<T>(value: T, redactor: Redactor): T {
  return redactor.isEmpty ? value : (redact(value, redactor) as T);
}

function redact(value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return redactor.redact(value);
  if (Array.isArray(value)) return value.map((item) => redact(item, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, redactor)]));
}
