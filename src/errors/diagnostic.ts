import type {Source} from './source.ts';
import {withoutAddressSecrets} from './withheld.ts';

export type Severity = 'error' | 'warning';

/** A further place that belongs to a diagnostic, such as where the value came from. */
export interface Related {
  readonly message: string;
  /** Nothing for what stands in no file: a value of the command line, of a host, of a result. */
  readonly source?: Source;
}

/**
 * One mistake, as data. Diagnostics are collected and shown together, never thrown one by one.
 * `code` is a key of the table of the room that found it (`values/codes.ts`, `playbook/codes.ts`, …).
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  /** One line, no full stop, says what is wrong. */
  readonly message: string;
  readonly source?: Source;
  /** What to do about it: the nearest known name, the right spelling, the command. */
  readonly hint?: string;
  readonly related?: readonly Related[];
}

/** A room's table of codes: the code and what `vprov explain CODE` says of it. */
export type CodeTable = Readonly<Record<string, {readonly title: string; readonly explanation: string}>>;

export type DiagnosticDetails = Pick<Diagnostic, 'source' | 'hint' | 'related'>;

/** An error diagnostic; the caller's table makes sure that the code exists. No text of it shows what an address gives away. */
export function errorDiagnostic<T extends CodeTable>(
  _table: T,
  code: keyof T & string,
  message: string,
  details: {[K in keyof DiagnosticDetails]: DiagnosticDetails[K] | undefined} = {},
): Diagnostic {
  return {code, severity: 'error', message: withoutAddressSecrets(message), ...defined(details)};
}

/** A warning: shown, but it stops nothing. */
export function warningDiagnostic<T extends CodeTable>(
  table: T,
  code: keyof T & string,
  message: string,
  details: {[K in keyof DiagnosticDetails]: DiagnosticDetails[K] | undefined} = {},
): Diagnostic {
  return {...errorDiagnostic(table, code, message, details), severity: 'warning'};
}

function defined(
  details: {[K in keyof DiagnosticDetails]: DiagnosticDetails[K] | undefined},
): DiagnosticDetails {
  return {
    ...(details.source ? {source: details.source} : {}),
    ...(details.hint ? {hint: withoutAddressSecrets(details.hint)} : {}),
    ...(details.related?.length
      ? {related: details.related.map((one) => ({...one, message: withoutAddressSecrets(one.message)}))}
      : {}),
  };
}

/** What rooms throw, at their edge only: one or more diagnostics that ended the work. Anything else thrown is a defect of ours. */
export class VprovError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[] | Diagnostic, options?: ErrorOptions) {
    const list = Array.isArray(diagnostics)
      ? (diagnostics as readonly Diagnostic[])
      : [diagnostics as Diagnostic];
    super(list.map((diagnostic) => diagnostic.message).join('\n'), options);
    this.name = 'VprovError';
    this.diagnostics = list;
  }
}

/** Whether one of them keeps from going on: the others are warnings. */
export function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({severity}) => severity === 'error');
}
