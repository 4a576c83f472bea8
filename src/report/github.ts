import {relative} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import type {Output, ReadLine, Reporter} from './reporter.ts';
import {mistakesText} from './summary.ts';
import {tellable} from './tellable.ts';
import {visible} from './width.ts';

/**
 * Diagnostics as commands of a GitHub workflow, which shows them at their lines. Paths are relative to `cwd`, the
 * checkout.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubReporter(output: Output, cwd: string, readLine: ReadLine): Reporter {
  const tally = {error: 0, warning: 0};
  return {
    event(event) {
      if (event.type === 'diagnostic') {
        tally[event.diagnostic.severity] += 1;
        output.write(`${annotation(tellable(event.diagnostic, readLine), cwd)}\n`);
      }
      if (event.type === 'summary') output.write(`${mistakesText(tally, event.exitCode)}\n`);
    },
    tick: () => undefined,
    end: () => undefined,
  };
}

function annotation({severity, code, message, source, hint}: Diagnostic, cwd: string): string {
  const properties = {
    ...(source
      ? {
          file: relative(cwd, source.file),
          ...(source.decrypted
            ? {}
            : {
                line: source.line,
                col: source.column,
                ...(source.length === undefined ? {} : {endColumn: source.column + source.length}),
              }),
        }
      : {}),
    title: code,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const text = hint === undefined ? visible(message) : `${visible(message)}\nhint: ${visible(hint)}`;
  return `::${severity} ${written.join(',')}::${data(text)}`;
}

/** A text that cannot end its command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
