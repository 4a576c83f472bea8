import {randomBytes} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {errorCode} from '../errors/index.ts';

export const defectExitCode = 70;

export interface DefectContext {
  readonly version: string;
  readonly args: readonly string[];
  /** Where the report goes: `os.tmpdir()`. */
  readonly directory: string;
  readonly nowMs: number;
}

/**
 * Writes what a maintainer needs to know of a defect into a file that only its owner can read.
 * @returns what to tell the person
 */
export function reportDefect(error: unknown, context: DefectContext): string {
  const file = join(context.directory, `vprov-defect-${randomBytes(6).toString('hex')}.txt`);
  const said = `vprov: this is a defect of vprov, not of your files (${errorTitle(error)})\n`;
  try {
    writeFileSync(file, defectReport(error, context), {flag: 'wx', mode: 0o600});
  } catch (cause) {
    return `${said}its report could not be written: ${errorTitle(cause)}\n`;
  }
  return `${said}what happened is in ${file}; please send it to the maintainers\n`;
}

/** The report: no value that was typed, no text that may come from a file or a host. */
export function defectReport(error: unknown, context: DefectContext): string {
  return [
    `vprov ${context.version}, Node ${process.version}, ${process.platform} ${process.arch}`,
    `at ${new Date(context.nowMs).toISOString()}`,
    `arguments: ${context.args.map(withoutValue).join(' ')}`,
    '',
    ...errorLines(error, 0),
    '',
  ].join('\n');
}

/** Options keep their names; what they were given is nobody's business. */
function withoutValue(arg: string, index: number): string {
  if (index === 0 && /^[a-z-]+$/.test(arg)) return arg;
  return /^(--[a-z-]+|-[a-zA-Z])/.exec(arg)?.[0] ?? '…';
}

const deepestCause = 5;

function errorLines(error: unknown, depth: number): readonly string[] {
  if (!(error instanceof Error)) return [`thrown: a value of type ${typeof error}`];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const below = error instanceof AggregateError ? error.errors : [];
  const causes = [...(error.cause === undefined ? [] : [error.cause]), ...below];
  return [
    errorTitle(error),
    ...frames,
    ...(depth < deepestCause
      ? causes.flatMap((cause) => ['caused by:', ...errorLines(cause, depth + 1)])
      : []),
  ];
}

/**
 * Name, code and message of an error. Only what the JavaScript engine says of our own code is kept word for word;
 * in other messages whatever is quoted or comes after a colon may be a password that did not parse.
 */
function errorTitle(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown';
  const code = errorCode(error);
  const line = error.message.split('\n')[0] ?? '';
  const engine = ['TypeError', 'ReferenceError', 'RangeError'].includes(error.name) && code === undefined;
  const message = engine ? line : line.replace(code === undefined ? /["'`:].*$/ : /["'`].*$/, '…');
  return `${error.name}${code ? ` ${code}` : ''}: ${message}`;
}
