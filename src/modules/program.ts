import {posix} from 'node:path';
import type {Known, Ref, StateView} from '../resources/index.ts';
import {joinTexts, type Text, Unknown, UnknownRead} from '../text/index.ts';
import {type Completed, TransportError} from '../transport/index.ts';
import {asText} from '../values/index.ts';
import type {StringOrSecret} from './argument-types.ts';
import {programScript} from './command/script.ts';
import type {Words} from './command/split.ts';
import type {Action, ActionPorts, ActionResult, ArgumentProblem} from './contract.ts';

const defaultTimeoutSeconds = 3600;

/** What every module that runs a program takes, besides the program. */
export interface ProgramArguments {
  readonly chdir?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly stdin?: StringOrSecret;
  readonly stdin_add_newline?: boolean;
  readonly timeout?: number;
}

export interface ProgramOptions<A> extends Pick<Action<A>, 'name' | 'summary'> {
  readonly shorthand?: string;
  /** The program and its arguments. */
  readonly words: (args: A) => Words;
  /** Of an argument that a program cannot be made of. */
  readonly wordsFrom: string;
}

/** An action that runs a program of the host: its guard, its result, its time. */
export function programAction<A extends ProgramArguments>(options: ProgramOptions<A>): Action<A> {
  const {words: wordsOf, wordsFrom, ...named} = options;
  return {
    type: 'action',
    ...named,
    scope: 'host',
    result: programResult,

    check(args): readonly ArgumentProblem[] {
      const words = wordsOf(args);
      return [
        ...('problem' in words
          ? [
              {
                argument: words.argument ?? wordsFrom,
                message: words.problem,
                ...(words.hint ? {hint: words.hint} : {}),
              },
            ]
          : []),
        ...guardProblems(args),
      ];
    },

    /** Only the task's keyword `reads_only` says otherwise: nobody knows what a program does. */
    readOnly: () => false,

    reads: readsOfGuards,
    guard: judgeGuards,

    /** A guard tells when a program runs, not what else it does besides making that path. */
    effects: () => ({type: 'everything'}),

    async act(args, ports) {
      const words = wordsOf(args);
      if ('problem' in words)
        return {changed: false, failed: `${words.argument ?? wordsFrom} ${words.problem}`, result: {}};
      return runProgram(words, args, ports);
    },
  };
}

/** The fields that a program gives. */
export const programResult = {
  rc: {type: 'integer'},
  stdout: {type: 'string'},
  stderr: {type: 'string'},
  stdout_lines: {type: 'array', items: {type: 'string'}},
  stderr_lines: {type: 'array', items: {type: 'string'}},
} as const;

/** Runs these words as they are, in the directory and with the input that the task says. */
export function runProgram(
  words: readonly Text[],
  args: ProgramArguments,
  ports: ActionPorts,
): Promise<ActionResult> {
  const timeoutSeconds = args.timeout ?? defaultTimeoutSeconds;
  const input = inputOf(args);
  const script = programScript({
    words,
    ...(args.chdir === undefined ? {} : {directory: args.chdir}),
    ...(input === undefined ? {} : {input}),
  });
  return run(() => ports.run(script, timeoutSeconds * 1000), timeoutSeconds, ports);
}

export function guardProblems(args: ProgramArguments): readonly ArgumentProblem[] {
  return (['creates', 'removes'] as const)
    .filter((name) => args[name] !== undefined && args.chdir === undefined && !args[name].startsWith('/'))
    .map((argument) => ({
      argument,
      message: 'is relative, but there is no chdir',
      hint: 'start it with a slash',
    }));
}

export function readsOfGuards(args: ProgramArguments): readonly Ref[] {
  return guardPaths(args).map(({path}) => ({kind: 'path', id: path, facets: ['meta']}));
}

export function judgeGuards(args: ProgramArguments, seen: StateView): ReturnType<Action['guard']> {
  for (const {name, path, runsWhen} of guardPaths(args)) {
    const found = look(path, seen);
    if (found instanceof Unknown) return found;
    if (found !== runsWhen)
      return {
        run: false,
        reason: `${name}: '${path}' ${found === 'present' ? 'exists' : 'does not exist'}`,
      };
  }
  return {run: true};
}

async function run(
  send: () => Promise<Completed>,
  timeoutSeconds: number,
  ports: ActionPorts,
): Promise<ActionResult> {
  try {
    return resultOf(await send());
  } catch (error) {
    if (!(error instanceof TransportError) || error.failure !== 'timeout' || ports.signal.aborted)
      throw error;
    return {
      changed: true,
      failed: `did not end within ${timeoutSeconds} s and was killed`,
      hint: 'give it more time with timeout (seconds)',
      result: {},
    };
  }
}

function resultOf(completed: Completed): ActionResult {
  const stdout = withoutLastNewlines(completed.stdout);
  const stderr = withoutLastNewlines(completed.stderr);
  const {exitCode} = completed;
  const result = {
    rc: exitCode,
    stdout,
    stderr,
    stdout_lines: linesOf(stdout),
    stderr_lines: linesOf(stderr),
  };
  if (exitCode === 0) return {changed: true, result};
  const said = linesOf(stderr).at(-1) ?? linesOf(stdout).at(-1);
  return {
    changed: true,
    failed: `exit code ${exitCode}${said ? `: ${said}` : ''}`,
    ...(exitCode === 127
      ? {hint: "no program of this name is in PATH; what only a shell has needs argv: [sh, -c, '…']"}
      : {}),
    result,
  };
}

function inputOf({stdin, stdin_add_newline: addNewline = true}: ProgramArguments): Text | undefined {
  if (stdin === undefined) return undefined;
  return joinTexts([asText(stdin) ?? [], addNewline ? ['\n'] : []]);
}

/** @throws UnknownRead for a guard whose path is not known yet */
function guardPaths({creates, removes, chdir = '/'}: ProgramArguments) {
  // Before the run a value may be unknown, whatever its type says: as text it tells so itself.
  const absolute = (path: string): string => posix.resolve(String(chdir), String(path));
  return [
    ...(creates === undefined
      ? []
      : [{name: 'creates', path: absolute(creates), runsWhen: 'absent'} as const]),
    ...(removes === undefined
      ? []
      : [{name: 'removes', path: absolute(removes), runsWhen: 'present'} as const]),
  ];
}

function look(path: string, seen: StateView): 'present' | 'absent' | Unknown {
  let observed: Known;
  try {
    observed = seen.get({kind: 'path', id: path});
  } catch (error) {
    if (error instanceof UnknownRead) return error.unknown;
    throw error;
  }
  if (observed.status === 'unreadable') return new Unknown(`'${path}' cannot be read: ${observed.reason}`);
  if (observed.status === 'absent' && observed.mayCome !== undefined) return new Unknown(observed.mayCome);
  return observed.status;
}

function withoutLastNewlines(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/[\r\n]+$/, '');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/\r?\n/);
}
