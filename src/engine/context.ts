import type {Diagnostic} from '../errors/index.ts';
import type {Handler, Play, Task} from '../playbook/index.ts';
import type {Secret, Unknown} from '../text/index.ts';
import type {Layer} from '../values/index.ts';
import type {Circle} from './circle.ts';
import type {Becomes, House, Interpretation} from './effect.ts';
import type {OwedHandler} from './journal.ts';
import type {LocalCommands} from './local-commands.ts';
import type {TaskResult} from './result.ts';
import type {RunInventory} from './run-inventory.ts';
import type {Learned, Scopes} from './scopes.ts';
import type {StopRule} from './stop-rule.ts';
import type {Included, Walk} from './walk.ts';

/** What the interpretation of one play on one host stands on. */
export interface Context {
  readonly house: House;
  readonly host: string;
  readonly play: Play;
  /** As events and the journal name it. */
  readonly playbookName: string;
  readonly run: string;
  readonly loginUser: string;
  /** Who is become on this host, whatever the playbook says: its variables. */
  readonly becomes: Becomes;
  readonly inventory: RunInventory;
  /** What another host has learned. */
  readonly learnedOf: (host: string) => Learned;
  /** Handlers run also where the host failed. */
  readonly forcesHandlers: boolean;
  readonly scopes: Scopes;
  /** What runs commands of this machine for renderings; undefined: none is run. */
  readonly commands?: LocalCommands;
  readonly learned: Learned;
  /** Of the play, and of roles that it included so far. */
  readonly handlers: Handler[];
  /** Handlers owed to this host by this play, by name. */
  readonly owed: Map<string, OwedHandler>;
  /** Of these, by name, those whose mark may not have been written. */
  readonly unsure: Set<string>;
  /** Handlers of which check mode cannot say whether they are notified, by name, and the task that may do so. */
  readonly mayRun: Map<string, string>;
  /** In the last flush of the play: which handlers led to which. */
  readonly circle?: Circle;
  /** In whose journal they stand. */
  readonly journal: {user: string};
  readonly checkMode: boolean;
  readonly withDiff: boolean;
  /** Where the interpretation stands: look-ahead goes on from a copy. */
  readonly walk: Walk;
  /** What the running task includes: it comes next. */
  readonly included: Included[];
  /** What runs belongs to a handler. */
  readonly isHandler?: boolean;
  /** Only these tasks (by identity) are wanted: what tags and `--start-at-task` leave. */
  readonly selects: (task: Task) => boolean;
  /**
   * Hosts wait for one another after every task; these words say why the play stops where so many have failed.
   * Undefined: each goes on at its own pace.
   */
  readonly stopsWhen: StopRule | undefined;
  /** Somebody says of each task whether it is run. */
  readonly isStepped?: boolean;
  /** Validation and look-ahead go into a task whose condition is unknown, and on after a failure. */
  readonly entersUnknown: boolean;
  readonly continues: boolean;
  /** Validation goes through every handler, owed or not. */
  readonly everyHandler: boolean;
  /** Includes that may lead nowhere some time, by their places: what they are in has an end. In validation. */
  readonly mayEnd?: Set<string>;
  /** Told what a user's journal holds, whoever defines it. */
  readonly onOwed?: (journal: string, marks: readonly OwedHandler[]) => void;
  /** Told of every secret that a task is given: what a host makes of it must not be shown either. */
  readonly onSecret?: (secret: Secret) => void;
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
  /** Told of every task whose condition is read, and that is gone into: the condition is not false. */
  readonly onReached?: (task: Task, how: 'asked' | 'entered') => void;
  /** What tasks came to on other hosts, where that holds for this one, too: in validation. */
  readonly recall?: (
    task: Task,
    context: Context,
    work: (context: Context) => Interpretation<TaskResult>,
  ) => Interpretation<TaskResult>;
  /** Whether a task's `when` holds, as it was on other hosts, where that holds for this one, too: in validation. */
  readonly holds?: (task: Task, scopes: Scopes) => boolean | Unknown;
  /** The mistakes in what a task reads of its result, as `mistakesOfConditions` finds them, by what hosts before have shown. */
  readonly resultMistakes?: (task: Task, context: Context, above: readonly Layer[]) => readonly Diagnostic[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
