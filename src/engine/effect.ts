import type {Source} from '../errors/index.ts';
import type {
  Action,
  Catalogue,
  GroupView,
  Inputs,
  LocalFileRef,
  ReleasedProgram,
  ReleaseRef,
  TreeEntry,
} from '../modules/index.ts';
import type {Library, Role} from '../playbook/index.ts';
import type {Architecture, Cluster} from '../releases/index.ts';
import type {AnyKind, Change, Ref, StateView} from '../resources/index.ts';
import type {Unknown} from '../text/index.ts';
import type {Value, ValueMap} from '../values/index.ts';
import type {Brought, Conclusion, Meeting, Once, Place} from './batch.ts';
import type {ChangeReport, Event, TaskLabel} from './events.ts';
import type {Marks} from './journal.ts';
import type {HostGrowth} from './run-inventory.ts';
import type {Setting} from './setting.ts';

/** An event before the driver stamps it with version and time. */
export type EventBody = Event extends infer E ? (E extends Event ? Omit<E, 'v' | 'time'> : never) : never;

/** A local file as the engine found it. `text` is there for small UTF-8 files and for templates. */
export interface LocalFile {
  readonly file: string;
  /** Of a text it is made when it is read, which validation does not do. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly text?: string;
}

/** A local directory, or a file that may be one: the root first, a directory before what is in it. */
export interface LocalTree {
  readonly entries: readonly LocalEntry[];
}

export type LocalEntry =
  | {readonly type: 'file'; readonly path: string; readonly file: LocalFile}
  | Exclude<TreeEntry, {type: 'file'}>;

/** Which release a host runs, and the program of it. */
export interface ReleaseEffect {
  readonly type: 'release';
  readonly ref: ReleaseRef;
  readonly cluster: Cluster;
  /** Of the host; undefined while it is not known. */
  readonly architecture: Architecture | undefined;
  /** Where the version was said; undefined: on the command line. */
  readonly source: Source | undefined;
  readonly task: TaskLabel;
}

/** What the interpreter asks of whoever drives it. The drivers differ only in their answers. */
export type Effect =
  /** Local files, looked up and read. */
  | {
      readonly type: 'inputs';
      readonly refs: readonly LocalFileRef[];
      readonly role: Role | undefined;
      /** Of the playbook. */
      readonly directory: string;
      readonly source: Source;
    }
  /** A program's release, for a host of a cluster. */
  | ReleaseEffect
  /** The state of resources, as the user's session sees it. */
  | {
      readonly type: 'need';
      readonly user: string;
      readonly refs: readonly Ref[];
      /** Of the task's own host, also where the task is done on another. */
      readonly own?: true;
    }
  /** Differences to be removed; with none, only marks. The handlers are owed from before the first of them. */
  | ({
      readonly type: 'change';
      readonly user: string;
      readonly changes: readonly Change[];
      readonly task: TaskLabel;
      readonly setting: Setting;
    } & Marks)
  /** An opaque action to be carried out. */
  | ({
      readonly type: 'act';
      readonly user: string;
      readonly action: Action;
      readonly args: ValueMap;
      readonly readOnly: boolean;
      readonly inputs: Inputs;
      readonly group?: GroupView;
      readonly task: TaskLabel;
      readonly setting: Setting;
      /** It is carried out in check mode, too. */
      readonly always?: true;
    } & Marks)
  /**
   * It cannot be said before a run whether, or to what, these resources will be changed; without any, what.
   * A run that comes to it has failed there.
   */
  | {
      readonly type: 'doubt';
      readonly user: string;
      readonly refs: readonly Ref[];
      /** What links at their ends lead to may be changed as well. */
      readonly follows?: true;
      readonly reason: string;
    }
  /** Handlers no longer owed: they ran, were discharged, or their notification did not come true. */
  | ({readonly type: 'settle'} & Marks)
  /** Commands of this machine that a rendering misses. The signal ends them. */
  | {readonly type: 'commands'; readonly ready: (signal: AbortSignal) => Promise<void>}
  /** A pause between two tries of `until`. */
  | {readonly type: 'pause'; readonly milliseconds: number}
  /** The other hosts of the batch are waited for. */
  | {readonly type: 'meet'; readonly place: Place; readonly brings?: Brought}
  /** Who of those that come here does it for all. */
  | {readonly type: 'once'; readonly place: Place}
  /** Whether somebody who goes step by step wants this task to be run. */
  | {readonly type: 'confirm'; readonly place: Place; readonly task: string}
  | {readonly type: 'conclude'; readonly place: Place; readonly conclusion: Conclusion}
  /** It failed at what the hosts do here one after the other: none does it after it, whatever it goes on with itself. */
  | {readonly type: 'fell'; readonly place: Place}
  /** A turn: of a task that only so many hosts do at once, of the host that the task works on. The reply ends it. */
  | {
      readonly type: 'turn';
      readonly throttle?: {readonly place: Place; readonly limit: number};
      readonly on?: string;
      /** Only where none of it has to be waited for. */
      readonly ifFree?: boolean;
    }
  /** A change comes next, of whoever had to wait for a turn: what the others have to say before it. */
  | {readonly type: 'gate'; readonly user: string; readonly host?: string}
  /** The task of the play at which the host would certainly fail, for what it is, as it would be told. */
  | {readonly type: 'foresee'}
  /** The inventory, with more in it from now on; undefined: nobody knows what. */
  | {readonly type: 'grow'; readonly growth: HostGrowth | undefined}
  /** Another host, connected. */
  | {readonly type: 'reach'; readonly host: string}
  /** The host was lost, and is to be connected again, should that be possible. */
  | {readonly type: 'reconnect'}
  /** The same, asked of another host. */
  | {readonly type: 'elsewhere'; readonly host: string; readonly effect: OfHost}
  | {readonly type: 'emit'; readonly event: EventBody};

/** How a change or an action ended. `unknown`: it would run, and what it gives cannot be said before. */
/** A host as the tasks that are done there see it. */
export interface There {
  readonly loginUser: string;
  /** Who is become there, whatever the playbook says. */
  readonly becomes: Becomes;
  /** Of that host, not of the one that the task is for. */
  readonly facts: Value;
}

/** Who is become on a host by its own variables. */
export interface Becomes {
  readonly become?: boolean | undefined;
  readonly user?: string | undefined;
}

/** What is asked of a host. */
export type OfHost = Extract<Effect, {type: 'need' | 'change' | 'act' | 'doubt'}>;

export type Outcome =
  | {readonly status: 'changed' | 'would-change'; readonly reports: readonly ChangeReport[]}
  | {
      readonly status: 'failed';
      readonly reports: readonly ChangeReport[];
      /** Something was, all the same, or may have been. */
      readonly changed: boolean;
      /** What was to be changed was not what it was planned from any more. */
      readonly moved?: true;
      readonly message: string;
      readonly hint?: string;
    };

export type ActionOutcome =
  | {
      readonly status: 'done';
      readonly changed: boolean;
      readonly failed?: string;
      readonly hint?: string;
      readonly result: ValueMap;
    }
  /** Check mode: it would run. `result` says of each field that it is unknown. */
  | {readonly status: 'would-run'; readonly unknown: Unknown}
  | {readonly status: 'unknown'; readonly unknown: Unknown};

export interface Replies {
  readonly inputs: ReadonlyMap<string, LocalFile | LocalTree>;
  readonly release: ReleasedProgram;
  readonly need: StateView;
  readonly change: Outcome;
  readonly act: ActionOutcome;
  readonly settle: undefined;
  readonly doubt: undefined;
  readonly commands: undefined;
  readonly pause: undefined;
  readonly meet: Meeting;
  readonly once: Once;
  readonly confirm: boolean;
  readonly conclude: undefined;
  readonly fell: undefined;
  /** Undefined: it would have to be waited for. */
  readonly turn: (() => void) | undefined;
  readonly gate: undefined;
  readonly foresee: EventBody | undefined;
  readonly grow: undefined;
  /** Undefined: it is not connected yet, and who looks ahead does not connect it. */
  readonly reach: There | undefined;
  readonly reconnect: undefined;
  readonly elsewhere: StateView | Outcome | ActionOutcome | undefined;
  readonly emit: undefined;
}

export type Reply = Replies[Effect['type']];

/** A piece of interpretation: yields effects, is given replies. */
export type Interpretation<T> = Generator<Effect, T, Reply>;

/** Yields one effect; the reply has the type that belongs to it, which `drive` guarantees. */
export function* ask<E extends Effect>(effect: E): Interpretation<Replies[E['type']]> {
  return (yield effect) as Replies[E['type']];
}

/** Answers effects. What it throws is thrown into the interpretation. */
export type Driver = <E extends Effect>(effect: E) => Promise<Replies[E['type']]>;

/**
 * Runs an interpretation to its end with a driver's answers.
 * @throws what the interpretation does not catch
 */
export async function drive<T>(interpretation: Interpretation<T>, driver: Driver): Promise<T> {
  let step = interpretation.next();
  while (!step.done) {
    let reply: Reply;
    try {
      reply = await driver(step.value);
    } catch (error) {
      step = interpretation.throw(error);
      continue;
    }
    step = interpretation.next(reply);
  }
  return step.value;
}

/** What an interpretation may rely on besides its effects: all of it fixed for the run. */
export interface House {
  readonly catalogue: Catalogue;
  readonly kinds: ReadonlyMap<string, AnyKind>;
  readonly library: Library;
}
