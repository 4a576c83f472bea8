import {type Problem, problemText} from '../report/index.ts';
import {completed, type Terminal, wantsColour} from './terminal.ts';

/** Writes a problem to standard error, as wide as that is where it is a terminal. */
export function tellProblem({message, hint}: Problem, terminal: Terminal, colour = true): void {
  const {isTTY, columns} = terminal.stderr;
  terminal.stderr.write(
    problemText(
      {message, ...completed({hint}, terminal)},
      {
        columns: isTTY ? (columns ?? 80) : undefined,
        colour: isTTY === true && wantsColour(terminal, colour),
      },
    ),
  );
}
