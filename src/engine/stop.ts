import {TransportError, type TransportFailure} from '../transport/index.ts';
import {diskTrouble} from './disk-trouble.ts';
import {runIn} from './lock.ts';

/** The run was interrupted before this was begun. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

/** Nothing may be done on this host, because of what became of another: plays over a quorum. */
export class Stopped extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Stopped';
  }
}

/** Another run holds the host's lock; or this one does, under another name of the same machine. */
export class LockHeld extends Error {
  readonly host: string;
  readonly otherName: string | undefined;
  readonly hint: string;
  /** The other run, where it says so. */
  readonly run: string | undefined;

  /** @param otherName of the inventory, under which this run is changing that machine */
  constructor(host: string, holder: string, otherName?: string) {
    super(
      otherName === undefined
        ? `another run is changing ${host}: ${holder.trim() || 'it does not say who'}`
        : `${host} is the same machine as ${otherName}, which this run is changing: it has two names in the inventory`,
    );
    this.name = 'LockHeld';
    this.host = host;
    this.otherName = otherName;
    this.run = otherName === undefined ? runIn(holder) : undefined;
    this.hint =
      otherName === undefined
        ? 'wait for it to end, or end it; a lock is free as soon as its run is gone, and what that began there has ended. Of a machine that vanished the host may not hear for hours: there, kill $(cut -f2 /run/lock/vprov.lock | cut -d" " -f1)'
        : `leave one of them out: take it out of the inventory, or --limit 'all:!${host}'`;
  }
}

/** What is owed cannot be written down on the host, so that nothing that owes may be done there. */
export class JournalError extends Error {
  readonly hint: string;

  constructor(host: string, user: string, words: string) {
    const trouble = diskTrouble(words, `the journal of ${user}`, host);
    super(trouble?.message ?? `the journal of ${user} on ${host} cannot be written: ${words}`);
    this.name = 'JournalError';
    this.hint =
      trouble?.hint ?? 'a handler that is owed must survive a crash: its mark is written before the change';
  }
}

/** Of one request, upload, forward or user: the connection is none the worse for it. */
const ofOneTask: readonly TransportFailure[] = [
  'timeout',
  'output',
  'upload',
  'refused',
  'forbidden',
  'http',
  'become',
];

/** Whether an error fails the task that met it (or the host, where it was no task), and leaves the host reachable. */
export function failsTask(error: unknown): error is JournalError | TransportError {
  return (
    error instanceof JournalError || (error instanceof TransportError && ofOneTask.includes(error.failure))
  );
}

/** How a task ends whose host takes no further part. */
export interface Ending {
  /** None: nothing of it was begun, or what was begun is told by itself. */
  readonly status?: 'failed' | 'unreachable';
  readonly message: string;
  readonly hint?: string;
}

/** What an error says of the task in which it ends the host; undefined for a defect. */
export function endingOf(error: unknown): Ending | undefined {
  if (error instanceof Interrupted || error instanceof Stopped) return {message: error.message};
  if (error instanceof LockHeld) return {status: 'failed', message: error.message, hint: error.hint};
  if (!(error instanceof TransportError)) return undefined;
  // Ended by ourselves: the run is interrupted at once.
  if (error.failure === 'aborted') return {message: 'interrupted'};
  return {status: 'unreachable', message: error.message, ...(error.hint ? {hint: error.hint} : {})};
}
