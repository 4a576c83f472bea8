/** SIGPIPE: what it writes is taken by nobody any more. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

type InterruptedExitCode = 130 | 141 | 143;

/**
 * What asks a run to stop. First `signal` (finish the running changes, then stop), then `hardSignal` (stop at
 * once). The reason of both is the name of the process signal.
 */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly hardSignal: AbortSignal;
  /** Somebody pressed Ctrl-C, or the system wants the process to end. */
  raise(name: SignalName): void;
  /**
   * What the person is told at the first signal instead, where nothing is changed; '' for nothing.
   * @returns what takes that back
   */
  announce(message: string): () => void;
}

export interface InterruptionOptions {
  /** Tells the person what happens now. */
  readonly say: (message: string) => void;
  /** The third time: nothing was left to be polite to. */
  readonly giveUp: (exitCode: InterruptedExitCode) => void;
}

export function createInterruption(options: InterruptionOptions): Interruption {
  const soft = new AbortController();
  const hard = new AbortController();
  let first: string | undefined;
  return {
    announce(message) {
      const before = first;
      first = message;
      return () => {
        first = before;
      };
    },
    signal: soft.signal,
    hardSignal: hard.signal,
    raise(name) {
      if (!soft.signal.aborted) {
        // Who has stopped reading wants no more words.
        const words = first ?? firstWords(name);
        if (words !== '' && name !== 'SIGPIPE') options.say(words);
        soft.abort(name);
      } else if (!hard.signal.aborted) {
        options.say(`stopping at once: what runs is ended; ${thirdOf(name)} does not wait for that`);
        hard.abort(name);
      } else {
        options.giveUp(interruptedExitCode(name));
      }
    },
  };
}

/** Where the terminal is gone, or somebody else's program asks, nobody can press a key. */
function firstWords(name: SignalName): string {
  const finishing = 'finishing the running changes';
  switch (name) {
    case 'SIGINT':
      return `${finishing}; press Ctrl-C again to stop at once`;
    case 'SIGHUP':
      return `the terminal was closed (SIGHUP): ${finishing}; another signal stops at once`;
    case 'SIGTERM':
      return `asked to end (SIGTERM): ${finishing}; another signal stops at once`;
    case 'SIGPIPE':
      return '';
  }
}

function thirdOf(name: SignalName): string {
  return name === 'SIGINT' ? 'a third Ctrl-C' : 'a third signal';
}

/** 128 and the signal's number, as shells count: 130 for Ctrl-C, 141 for output that nobody takes, 143 for a request to end. */
export function interruptedExitCode(name: unknown): InterruptedExitCode {
  if (name === 'SIGPIPE') return 141;
  return name === 'SIGINT' ? 130 : 143;
}
