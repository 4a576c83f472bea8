import {spawn, spawnSync} from 'node:child_process';
import {groupOutput, wordsOfEnd} from '../inventory/index.ts';
import type {CommandOutput} from '../values/index.ts';

const timeoutMs = 60_000;
const mostBytes = 16 * 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** A command of the local shell, and where it runs. */
interface Command {
  readonly text: string;
  readonly directory: string;
}

/** Ends a rendering that asks for what a command gives that has not run yet: see `attempt`. */
class PutOff extends Error {}

/** What came of an attempt: `missing` are the commands to run before the next one. */
export type Attempt<T> = {readonly result: T} | {readonly missing: readonly Command[]};

/**
 * The commands that lookups run on this machine (`pipe`), each once a run. Rendering answers at once, and a command may
 * take a minute, in which nobody would hear Ctrl-C: so what renders is attempted, what it misses is run while all else
 * goes on, and then it is attempted again.
 */
export class LocalCommands {
  readonly #environment: Environment;
  readonly #outputs = new Map<string, CommandOutput>();
  readonly #running = new Map<string, Promise<void>>();
  #missing: Map<string, Command> | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** What a command wrote. Outside of attempts it is waited for, in which time nothing else happens. */
  run(command: Command): CommandOutput {
    const key = keyOf(command);
    const known = this.#outputs.get(key);
    if (known) return known;
    if (this.#missing) {
      this.#missing.set(key, command);
      throw new PutOff(`not run yet: ${command.text}`);
    }
    const output = runNow(command, this.#environment);
    this.#outputs.set(key, output);
    return output;
  }

  /** Does what must be without effects where something is missing: whatever it gave, or threw, is nothing then. */
  attempt<T>(work: () => T): Attempt<T> {
    const before = this.#missing;
    const missing = new Map<string, Command>();
    this.#missing = missing;
    try {
      const result = work();
      return missing.size > 0 ? {missing: [...missing.values()]} : {result};
    } catch (error) {
      if (missing.size === 0) throw error;
      return {missing: [...missing.values()]};
    } finally {
      this.#missing = before;
    }
  }

  /** Does what has effects, and so cannot be done again: commands are waited for. */
  atOnce<T>(work: () => T): T {
    const before = this.#missing;
    this.#missing = undefined;
    try {
      return work();
    } finally {
      this.#missing = before;
    }
  }

  /** Runs them, side by side. The signal ends them with all that they started. @throws the signal's reason */
  async ready(commands: readonly Command[], signal: AbortSignal): Promise<void> {
    await Promise.all(
      commands.map((command) => {
        const key = keyOf(command);
        if (this.#outputs.has(key)) return undefined;
        const running = this.#running.get(key) ?? this.#start(key, command, signal);
        this.#running.set(key, running);
        return running;
      }),
    );
  }

  /** Attempts until nothing is missing. @throws the signal's reason */
  async settled<T>(work: () => T, signal: AbortSignal): Promise<T> {
    for (;;) {
      const attempt = this.attempt(work);
      if ('result' in attempt) return attempt.result;
      await this.ready(attempt.missing, signal);
    }
  }

  async #start(key: string, {text, directory}: Command, signal: AbortSignal): Promise<void> {
    try {
      signal.throwIfAborted();
      const child = spawn('/bin/sh', ['-c', text], {
        cwd: directory,
        env: this.#environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, to be ended with all that it starts.
        detached: true,
      });
      const {how, output, errors} = await groupOutput(child, {signal, timeoutMs, mostBytes});
      const isEnd = typeof how === 'number';
      this.#outputs.set(key, {
        exitCode: isEnd ? how : -1,
        stdout: output.toString('utf8'),
        stderr: isEnd ? errors : wordsOfEnd(how, timeoutMs, mostBytes),
      });
    } finally {
      this.#running.delete(key);
    }
  }
}

function keyOf({text, directory}: Command): string {
  return `${directory}\0${text}`;
}

/** Whatever runs here is written in the playbook: it has the rights of whoever started vprov. */
function runNow({text, directory}: Command, environment: Environment): CommandOutput {
  const {status, stdout, stderr, error, signal} = spawnSync('/bin/sh', ['-c', text], {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
    timeout: timeoutMs,
    maxBuffer: mostBytes,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const why = error ? error.message : signal ? `killed by ${signal}` : '';
  return {exitCode: status ?? -1, stdout: stdout ?? '', stderr: why || (stderr ?? '')};
}
