import type {Diagnostic} from '../errors/index.ts';
import {formatDiagnostic} from '../report/index.ts';
import {lineReader} from './reporter.ts';
import {type Terminal, wantsColour} from './terminal.ts';

/** Writes diagnostics to standard error, as a reporter would. */
export function tellMistakes(diagnostics: readonly Diagnostic[], colour: boolean, terminal: Terminal): void {
  const readLine = lineReader(terminal.readText);
  for (const diagnostic of diagnostics) {
    const text = formatDiagnostic(diagnostic, readLine, {
      colour: colour && terminal.stderr.isTTY === true && wantsColour(terminal, true),
      cwd: terminal.cwd,
      columns: terminal.stderr.isTTY ? terminal.stderr.columns : undefined,
    });
    terminal.stderr.write(`${text}\n\n`);
  }
}
