import {type Problem, problemText} from '../report/index.ts';
import {type Terminal, wantsColour} from './terminal.ts';

/** Writes a problem to standard error, as wide as that is where it is a terminal. */
export function tellProblem(problem: Problem, terminal: Terminal, colour = true): void {
  const {isTTY, columns} = terminal.stderr;
  terminal.stderr.write(
    problemText(problem, {
      columns: isTTY ? (columns ?? 80) : undefined,
      colour: isTTY === true && wantsColour(terminal, colour),
    }),
  );
}
