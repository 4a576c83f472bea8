import type {Diagnostic, Source} from '../errors/index.ts';
import type {Attribute, Impact, RefKey} from '../resources/index.ts';

/** The version of the event format, in every event as `v`. Fields may be added; a field that changes its meaning raises it. */
export const eventVersion = 1;

export type TaskStatus = 'ok' | 'changed' | 'would-change' | 'skipped' | 'failed' | 'unknown' | 'unreachable';

/** A change as people and programs see it: secrets masked. */
export interface ChangeReport {
  readonly ref: RefKey;
  /** The host that it is of, where that is not the task's own: `delegate_to`. */
  readonly on?: string;
  readonly attributes: readonly Attribute[];
  /** Unified diff of text contents, where there is one to show. */
  readonly diff?: string;
  readonly impact?: Impact;
}

export interface TaskLabel {
  readonly name: string;
  readonly source: Source;
  readonly module: string;
  readonly role?: string;
  readonly handler?: boolean;
}

export interface ListedPlay {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Others may join them during the run. */
  readonly open?: true;
  /** On whom besides tasks are done that these delegate (`delegate_to`), whatever `--limit` says: names, and templates as they are written. */
  readonly delegates?: readonly string[];
  readonly tasks: readonly {
    readonly name: string;
    readonly role?: string;
    readonly tags: readonly string[];
    readonly source: Source;
  }[];
}

interface Versioned {
  readonly v: typeof eventVersion;
  /** Milliseconds since the epoch, on the control node. */
  readonly time: number;
}

export type Event = Versioned &
  (
    | {
        readonly type: 'run';
        readonly run: string;
        readonly playbook: string;
        readonly mode: 'run' | 'check';
        readonly hosts: readonly string[];
        /** As it was named; none: the only one in `inventory/`. */
        readonly inventory?: readonly string[];
        /** The run that this one takes back. */
        readonly undoes?: string;
      }
    | {readonly type: 'diagnostic'; readonly diagnostic: Diagnostic}
    | {
        readonly type: 'play';
        readonly name: string;
        readonly source: Source;
        /** Of the batch, where the play has several. */
        readonly hosts: readonly string[];
        /** Which of its batches this is, from 1. */
        readonly batch?: {readonly number: number; readonly of: number};
        /** Its hosts keep a cluster alive together. */
        readonly quorum?: true;
      }
    | {
        readonly type: 'host';
        readonly host: string;
        readonly status: 'connecting' | 'connected' | 'unreachable';
        readonly reason?: string;
        readonly hint?: string;
        /** Not reached, which `ignore_unreachable` of the play lets pass. */
        readonly ignored?: true;
      }
    | {readonly type: 'task-start'; readonly host: string; readonly task: TaskLabel}
    | {
        readonly type: 'progress';
        readonly host: string;
        readonly task: TaskLabel;
        readonly message: string;
        readonly sentBytes?: number;
        readonly totalBytes?: number;
      }
    | {
        readonly type: 'task';
        readonly host: string;
        readonly task: TaskLabel;
        readonly status: TaskStatus;
        readonly changes: readonly ChangeReport[];
        /** Of what has changed something: the hosts that it was done on, where that is not its own alone (`delegate_to`). */
        readonly on?: readonly string[];
        /** Why: the failure, the reason for skipping, what is unknown; for debug, the message. */
        readonly message?: string;
        /** It failed in planning: what it would have to do must not be done. */
        readonly refused?: true;
        /** Something in it failed, which `ignore_errors` lets pass; `message` says what. */
        readonly ignored?: true;
        /**
         * Of `ok` in check mode: it changes nothing on the host, and is looked at only when the changes before it are made.
         * What it finds is not known, and that it will be content is assumed, as of every change that it will succeed.
         */
        readonly wouldRun?: true;
        /** Of `would-change`: `check_mode: true` on the task itself, so that no run makes it. */
        readonly onlyChecked?: true;
        /** It failed, and the `rescue` of a block around it is next: the host goes on. */
        readonly rescued?: true;
        readonly hint?: string;
        readonly item?: string;
        readonly durationMs: number;
        readonly notified?: readonly string[];
        /** What is not as it should be, and stopped nothing: for people to see to, told at the end. */
        readonly attention?: string;
        /** What is as it was chosen to be (debug with `remind`), told at the end. */
        readonly reminder?: string;
        readonly diagnostic?: Diagnostic;
      }
    | {
        readonly type: 'owed';
        readonly host: string;
        readonly handler: string;
        readonly playbook: string;
        readonly since: string;
        readonly reason: string;
      }
    /** For the first time in this run, this user is about to change something on the host. */
    | {readonly type: 'writes'; readonly host: string; readonly user: string}
    /** `--list-tasks` and `--list-tags`: what a run would go through, of what is known before it. */
    | {readonly type: 'listing'; readonly plays: readonly ListedPlay[]}
    /** `--print-probes`: what a run asks of the host, as one script. */
    | {readonly type: 'probes'; readonly script: string}
    | {readonly type: 'note'; readonly host?: string; readonly message: string}
    | {
        readonly type: 'summary';
        readonly hosts: Readonly<Record<string, HostCounts>>;
        readonly exitCode: ExitCode;
        readonly durationMs: number;
        /** The run's name, when it changed something: what `vprov undo` takes. */
        readonly run?: string;
        readonly lasting?: readonly string[];
        readonly undoable?: false;
      }
  );

export interface HostCounts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Failed tasks that a `rescue` answered. */
  readonly rescued: number;
  readonly unknown: number;
  readonly unreachable: number;
  readonly owed: number;
  /** Tasks that found something which wants attention. */
  readonly attention: number;
  /** Round trips to the host in this run. */
  readonly roundTrips: number;
}

/**
 * 0 done · 1 usage, validation or a refusal before the first write · 2 a task failed or a handler stays owed ·
 * 3 done, but something wants attention · 4 unreachable · 5 lock held · 6 both 2 and 4 · 70 our defect · 130, 141, 143 interrupted.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 70 | 130 | 141 | 143;

export interface Summary {
  readonly hosts: Readonly<Record<string, HostCounts>>;
  readonly exitCode: ExitCode;
  readonly durationMs: number;
  /** The run's name, when it changed something. */
  readonly run?: string;
  /** The tasks that did what `vprov undo` does not take back. */
  readonly lasting?: readonly string[];
  /** There is nothing that it takes back. */
  readonly undoable?: false;
}
