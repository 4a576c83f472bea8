import type {Output} from '../report/index.ts';
import type {AskLine} from './console-question.ts';
import type {Foreground} from './foreground.ts';
import type {Interruption} from './interruption.ts';

/** All that the program has of the outside. main.ts gives the process's own; tests give theirs. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly interruption: Interruption;
  /** A file's text, for quoting it in diagnostics; undefined when it cannot be read. */
  readonly readText: (file: string) => string | undefined;
  /** The names in a folder, sorted; undefined where there is none. */
  readonly listFolder: (path: string) => readonly string[] | undefined;
  /** Asks the person; undefined where there is nobody. */
  readonly ask?: AskLine | undefined;
  /** Whether a question is open at the terminal, where nothing else may be written meanwhile. */
  readonly isAsking?: (() => boolean) | undefined;
  /** A hint as the person can type it; undefined: as it is. */
  readonly completed?: ((hint: string) => string) | undefined;
  /** Hands the terminal itself over; undefined where there is none to hand over. */
  readonly foreground?: Foreground | undefined;
  /** All of standard input; undefined where a person would have to type it. */
  readonly readInput?: (() => Promise<Uint8Array>) | undefined;
  /** Calls back about once a second until the returned function is called. */
  readonly every: (intervalMs: number, callback: () => void) => () => void;
}

/** A problem with its hint as the person can type it. */
export function completed<T extends object>(problem: T, terminal: Terminal): T {
  if (!terminal.completed || !('hint' in problem) || typeof problem.hint !== 'string') return problem;
  return {...problem, hint: terminal.completed(problem.hint)};
}

/** Colour only for a terminal, and not against the wish of its owner (https://no-color.org). */
export function wantsColour(terminal: Terminal, option: boolean): boolean {
  const {NO_COLOR, TERM} = terminal.environment;
  return option && terminal.stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}
