import {TransportError} from '../transport/index.ts';
import type {EventBody} from './effect.ts';
import type {Shared} from './shared.ts';
import {failsTask, Interrupted, LockHeld, Stopped} from './stop.ts';

/** Only hosts that are `alive` take part in what follows. */
export type HostStatus = 'alive' | 'failed' | 'stopped' | 'unreachable';

/** What one host tells of itself: its events, and why it goes no further, which is told once. */
export class HostTelling {
  readonly #host: string;
  readonly #shared: Pick<Shared, 'tally' | 'softSignal' | 'emit'>;
  #lastTask: {readonly name: string; ended: boolean} | undefined;
  /** A task has told why the host goes no further. */
  #failureIsTold = false;

  constructor(host: string, shared: Pick<Shared, 'tally' | 'softSignal' | 'emit'>) {
    this.#host = host;
    this.#shared = shared;
  }

  /** A play begins. */
  begin(): void {
    this.#lastTask = undefined;
  }

  emit(event: EventBody): void {
    if (event.type === 'task-start') this.#lastTask = {name: event.task.name, ended: false};
    if (event.type === 'task') {
      if (this.#lastTask) this.#lastTask.ended = true;
      this.#failureIsTold = (event.status === 'failed' && !event.rescued) || event.status === 'unreachable';
    }
    this.#shared.emit(event);
  }

  /**
   * What ended the host, told where no task has told it yet.
   * @param ignoresUnreachable a host that cannot be reached takes part in the next play
   * @returns what has become of the host
   * @throws Interrupted, and every defect
   */
  ended(error: unknown, ignoresUnreachable: boolean): HostStatus {
    if (error instanceof Stopped) {
      this.#note(error.message);
      return 'stopped';
    }
    if (error instanceof LockHeld || failsTask(error)) {
      const {tally} = this.#shared;
      if (error instanceof LockHeld) tally.lockedOut(this.#host, error.run);
      if (!this.#failureIsTold) {
        tally.fail(this.#host, error.message);
        this.#note(error.hint === undefined ? error.message : `${error.message}; ${error.hint}`);
      }
      return 'failed';
    }
    if (!(error instanceof TransportError)) throw error;
    if (error.failure === 'aborted' && this.#shared.softSignal.aborted) throw new Interrupted();
    this.#lost(error, ignoresUnreachable);
    return ignoresUnreachable ? 'alive' : 'unreachable';
  }

  /** Where an interrupted play was left; undefined when a task has told why it ended. */
  leftOff(): string | undefined {
    if (this.#failureIsTold) return undefined;
    const last = this.#lastTask;
    if (!last) return 'interrupted before its first task';
    return `interrupted; left is ${last.ended ? `what follows '${last.name}'` : `'${last.name}', and what follows it`}`;
  }

  #lost({message: reason, hint}: TransportError, isIgnored: boolean): void {
    if (this.#failureIsTold) return;
    const details = {reason, ...(hint ? {hint} : {}), ...(isIgnored ? {ignored: true as const} : {})};
    this.emit({type: 'host', host: this.#host, status: 'unreachable', ...details});
  }

  #note(message: string): void {
    this.emit({type: 'note', host: this.#host, message});
  }
}
