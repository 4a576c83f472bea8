import {setTimeout as wait} from 'node:timers/promises';
import type {Script} from '../shell/index.ts';
import {type Session, TransportError} from '../transport/index.ts';
import type {HostBackup} from './backup/keep.ts';
import type {HostAccess} from './host.ts';
import {type Marks, type OwedHandler, oweScript, settleScript} from './journal.ts';
import {holderOn, lockHeldExitCode, lockScript, ownNameIn} from './lock.ts';
import {JournalError, LockHeld} from './stop.ts';

const timeoutMs = 60_000;

/** How long a lock of our own is waited for: sshd notices the end of a lost connection a little later than we do. */
const ownLockTries = 40;
const ownLockPauseMs = 500;

/** What a host is owed, as the summary counts it. */
export interface OwedCount {
  add(marks: readonly OwedHandler[]): void;
  settle(marks: readonly OwedHandler[]): void;
}

/** Marks that stand before the steps of a change. */
export interface MarksBefore {
  readonly scripts: readonly Script[];
  /** To be called when the request that holds them leaves: an upload before it may fail, and then nothing is owed. */
  readonly onSend: () => void;
}

export const noMarks: MarksBefore = {scripts: [], onSend: () => undefined};

/** What a run itself writes on one host: its lock, held from the first change on, and the marks of owed handlers. */
export class HostWriting {
  readonly #host: HostAccess;
  readonly #holder: string;
  readonly #owed: OwedCount;
  /** Keeps what changes take away. */
  readonly backup: HostBackup;
  /** The session whose shell holds the lock; a new one of the same user does not. */
  #holding: Session | undefined;
  /** One after the other: two sessions of this run are two holders. */
  #locking: Promise<void> = Promise.resolve();

  /** @param holder what the lock says of its holder */
  constructor(host: HostAccess, holder: string, owed: OwedCount, backup: HostBackup) {
    this.#host = host;
    this.#holder = holder;
    this.#owed = owed;
    this.backup = backup;
  }

  /** Takes the host's lock by the session of this user, unless the run holds it already. @throws LockHeld */
  lock(user: string): Promise<void> {
    const taken = this.#locking.then(() => this.#lock(user));
    this.#locking = taken.catch(() => undefined);
    return taken;
  }

  async #lock(user: string): Promise<void> {
    const {connection} = this.#host;
    const holding = this.#holding;
    if (holding && connection.isOpen(holding)) return;
    const {name} = this.#host;
    // A lost session may hold it, and its host not have heard of the loss.
    const script = lockScript(user, holderOn(this.#holder, name), {lost: holding !== undefined});
    for (let triesLeft = ownLockTries; ; triesLeft--) {
      const session = await connection.session(user);
      const {exitCode, stderr} = await this.#host.request(user, script, timeoutMs);
      if (exitCode !== lockHeldExitCode) {
        this.#holding = session;
        return;
      }
      const words = stderr.toString('utf8');
      const ownName = ownNameIn(words, this.#holder);
      // A session of ours that was lost may not have heard of it yet.
      if (holding && ownName === name && triesLeft === 0) throw stillRuns(name, words);
      if (!holding || ownName !== name)
        throw new LockHeld(name, words, ownName === name ? undefined : ownName);
      await wait(ownLockPauseMs);
    }
  }

  /** Writes marks, under the lock. @throws JournalError */
  async owe(marks: Marks): Promise<void> {
    if (marks.handlers.length === 0) return;
    await this.#write(marks.journal, oweScript(marks.journal, marks.handlers));
    this.#owed.add(marks.handlers);
  }

  /** Removes marks, under the lock. @throws JournalError */
  async settle(marks: Marks): Promise<void> {
    if (marks.handlers.length === 0) return;
    await this.#write(marks.journal, settleScript(marks.journal, marks.handlers));
    this.#owed.settle(marks.handlers);
  }

  /**
   * The marks as what stands before the steps of a change, in the same request of `user`. Those of another user's
   * journal cannot: they are written at once. @throws JournalError
   */
  async marksBefore(user: string, marks: Marks): Promise<MarksBefore> {
    if (marks.journal !== user) await this.owe(marks);
    if (marks.journal !== user || marks.handlers.length === 0) return noMarks;
    return {
      scripts: [oweScript(user, marks.handlers)],
      // Counted before it is certain: should the connection be lost now, the mark may have been written.
      onSend: () => {
        this.#owed.add(marks.handlers);
        this.#forgetJournal(user);
      },
    };
  }

  async #write(user: string, script: Script): Promise<void> {
    const {exitCode, stderr} = await this.#host.request(user, script, timeoutMs);
    this.#forgetJournal(user);
    if (exitCode !== 0) throw new JournalError(this.#host.name, user, stderr.toString('utf8').trim());
  }

  #forgetJournal(user: string): void {
    this.#host.knowledge(user).drop({type: 'kinds', kinds: ['journal']});
  }
}

/** What this run itself began before its connection was lost goes on, and holds the lock. */
function stillRuns(host: string, words: string): TransportError {
  return new TransportError(
    'lost',
    `the connection to ${host} was lost, and what this run began there has not ended: ${words.trim()}`,
    'run again when it has ended; a process that never does is ended on the host',
  );
}
