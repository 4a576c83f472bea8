import type {Diagnostic, Source} from '../errors/index.ts';
import type {ListNode, MapNode, Node, ScalarNode} from '../source/index.ts';
import type {HushedFiles} from './hushed-files.ts';
import type {Neighbours} from './neighbours.ts';

/** A condition in CEL, as written. */
export interface Expression {
  readonly text: string;
  readonly source: Source;
  /** As it stands in the file, where that is on several lines or has escapes. */
  readonly written?: string;
}

export interface Playbook {
  /** Absolute path. */
  readonly file: string;
  readonly plays: readonly Play[];
  readonly unread: Unread;
  readonly library: Library;
  readonly hushed: HushedFiles;
  readonly neighbours: Neighbours;
}

/** Reads what includes name, when the play comes to them. */
export interface Library {
  /**
   * The tasks of an include whose arguments have these values, given what it hands down, and the handlers that come with
   * a role. With a mistake they are not to be run. @param directory of the playbook, here and below
   */
  included(include: Include, args: Readonly<Record<string, string>>, directory: string): IncludedTasks;
  /** The variables of a file that a task names; undefined for an empty file. `lost`: names of those that could not be read. */
  variables(
    task: Task,
    file: string,
    directory: string,
  ): {
    readonly vars: MapNode | undefined;
    readonly lost: ReadonlySet<string>;
    readonly diagnostics: readonly Diagnostic[];
  };
}

export interface IncludedTasks {
  readonly entries: readonly Entry[];
  readonly handlers: readonly Handler[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What mistakes keep from being read. A name that may be defined there is not missed: it would be an echo. */
export interface Unread {
  /** Whether whole files, or plays, could not be read, apart from what plays say themselves. */
  readonly facts: boolean;
  /** Names of variables of which the definition could not be read. */
  readonly names: ReadonlySet<string>;
}

export interface Play {
  /**
   * What could not be read, which is said already: what it defines is not known. `variables`: files or maps of them, for
   * this play alone. `facts`: also tasks, which may set what holds in later plays.
   */
  readonly loses?: 'variables' | 'facts';
  readonly name: string;
  readonly source: Source;
  /** Absolute path of the playbook in which it is written: its files and roles are looked for beside that. */
  readonly file: string;
  /** The imports that led to it, the outermost first. */
  readonly importedBy: readonly Source[];
  /** The patterns together, as one. */
  readonly hosts: Expression;
  /** Of a name that is a template: rendered when the play begins. */
  readonly nameTemplate?: ScalarNode;
  /** The patterns as written: several where `hosts` is a list. */
  readonly hostPatterns: readonly HostPattern[];
  readonly become: Become;
  readonly gatherFacts: boolean;
  /** The engine serialises whatever costs an unseal, and stops before the first write when a host is unreachable. */
  readonly quorum: boolean;
  readonly pace: Pace;
  readonly vars: MapNode | undefined;
  /** The maps in `vars_files`, in their order: later ones override earlier ones. */
  readonly prompts: readonly VarsPrompt[];
  readonly varsFiles: readonly VarsFile[];
  readonly tags: readonly string[];
  /** In the order of running: roles, then tasks, and where the handlers that are owed run. */
  readonly tasks: readonly Entry[];
  readonly handlers: readonly Handler[];
  /** There may be more, which a mistake that is said already keeps from being known. */
  readonly losesHandlers?: true;
  /** Those that `roles` names, and those that tasks import. */
  readonly roles: readonly Role[];
}

/** A pattern of hosts, or a template of one, or of a list of them. */
export interface HostPattern extends Expression {
  readonly template?: ScalarNode;
}

/** How the hosts of a play go on beside one another. */
export interface Pace {
  /** The sizes of the batches; the last holds for all further ones. None: all hosts are one batch. */
  readonly serial: readonly ScalarNode[];
  /** Undefined: as the pattern and the inventory have them. */
  readonly order: Order | undefined;
  /** The play stops when a larger part of a batch than this has failed. */
  readonly maxFailPercentage: ScalarNode | undefined;
  readonly anyErrorsFatal: boolean;
  /** No host begins a task before every other has ended the one before. */
  readonly inStep: boolean;
  /** A host that is not reached takes part again in the next play. */
  readonly ignoreUnreachable: boolean;
  /** Handlers run also on a host that failed. */
  readonly forceHandlers: boolean;
}

export type Order = 'inventory' | 'reverse_inventory' | 'sorted' | 'reverse_sorted' | 'shuffle';

/** What stands in a list of tasks: lists are trees. */
export type Entry = Task | Block | Flush;

/** Tasks that belong together: when one of `block` fails, `rescue` runs; `always` runs after either. */
export interface Block {
  readonly type: 'block';
  readonly name: ScalarNode | undefined;
  readonly source: Source;
  /** Keywords of the block stand on each task in it, and on what these include. */
  readonly block: readonly Entry[];
  readonly rescue: readonly Entry[];
  readonly always: readonly Entry[];
  /** The use of a role whose tasks, and no others, these are. */
  readonly use: Role | undefined;
}

/** Handlers that are owed run here: between the parts of a play, and at its end. */
export interface Flush {
  readonly type: 'flush';
  /** At the end of the play: no other comes after it. */
  readonly isLast: boolean;
}

/** What blocks, imports and plays hand down to the tasks in them. */
export interface Inherited {
  /** The outermost first; all must hold. */
  readonly when: readonly Expression[];
  readonly tags: readonly string[];
  readonly become: Become;
  /** The outermost first; inner ones override. */
  readonly vars: readonly MapNode[];
  /** `undefined`, here and below: not said. */
  readonly ignoreErrors: boolean | undefined;
  readonly noLog: boolean | undefined;
  readonly among: Among;
  readonly manner: Manner;
}

/** How a task is carried out. `undefined`: not said. */
export interface Manner {
  /** `true`: never more than a check, also in a run. `false`: an action is carried out in check mode, too. */
  readonly checkMode: boolean | undefined;
  /** Whether differences in the contents of files are shown, whatever `--diff` says. */
  readonly diff: boolean | undefined;
  /** After so long it has failed; 0: no limit of its own. */
  readonly timeoutSeconds: number | undefined;
  /** Variables for the programs that it runs on the host; the outermost first, later ones override. */
  readonly environment: readonly Node[];
}

/** What a task has to do with other hosts than the one that it is for. `undefined`: not said. */
export interface Among {
  /** One host of the batch does it for all. */
  readonly runOnce: boolean | undefined;
  /** At most on so many hosts at once. */
  readonly throttle: number | undefined;
  /** When it fails on one host, all of the batch stop. */
  readonly anyErrorsFatal: boolean | undefined;
  /** A host that is lost goes on with the next task. */
  readonly ignoreUnreachable: boolean | undefined;
  /** The host on which it is done instead. */
  readonly delegateTo: ScalarNode | undefined;
  /** What `set_fact` sets is that host's. */
  readonly delegateFacts: boolean | undefined;
}

/** A variable that somebody is asked for. */
export interface VarsPrompt {
  readonly name: string;
  readonly source: Source;
  /** The question; undefined: the variable's name. */
  readonly prompt: ScalarNode | undefined;
  readonly default: ScalarNode | undefined;
  /** Not seen as it is typed, and a secret. */
  readonly isPrivate: boolean;
  /** It must be typed twice. */
  readonly confirm: boolean;
}

/** Variables of a play that stand in a file of their own. */
export interface VarsFile {
  /** As written in the play. */
  readonly name: string;
  readonly vars: MapNode;
}

/** `undefined`: not said here, so that of the play holds. */
export interface Become {
  readonly become: boolean | Node | undefined;
  readonly user: Node | undefined;
}

/** A role as used by one play: its files read, its parameters merged by the engine. */
export interface Role {
  readonly name: string;
  /** Absolute path of its folder. */
  readonly directory: string;
  readonly source: Source;
  readonly defaults: MapNode | undefined;
  readonly vars: MapNode | undefined;
  /** Parameters given where the role is used. */
  readonly parameters: MapNode | undefined;
  /** The roles that use this one, the outermost first: their variables are seen by its tasks. */
  readonly parents: readonly Role[];
  /** The roles that it names in its `meta/main.yml`: their variables are seen by its tasks, too. */
  readonly dependencies: readonly Role[];
  /** `meta/arguments.yml`: JSON Schema 2020-12 of what the role can be told. */
  readonly argumentSpec?: MapNode;
  /** The same, also where it has mistakes and checks nothing. */
  readonly writtenSpec?: MapNode;
}

/** What runs a module, and is told of as a task. */
export type Task = ModuleTask | Include;

export interface ModuleTask extends Calling {
  readonly type: 'task';
}

/** Tasks of another file, or of a role, read when the play comes here: its name may be a template. */
export interface Include extends Calling {
  readonly type: 'include';
  /** What the included tasks are given besides their own keywords: those of the blocks around it, and of `apply`. */
  readonly inner: Inherited;
  /** Its own `vars`: stronger than those of the included tasks. */
  readonly parameters: MapNode | undefined;
  /** Where it is written: names of files are relative to that. */
  readonly place: Place;
  /** What it includes, where its name is no template. */
  readonly known: readonly Entry[] | undefined;
}

/** Where a list of tasks is written. */
export interface Place {
  /** Absolute path of the file. */
  readonly file: string;
  /** Absolute path of the role whose file it is. */
  readonly role: string | undefined;
  /** The includes and imports that led here, the outermost first. */
  readonly chain: readonly Source[];
  /** One of them names what there is not: a neighbour is read instead. */
  readonly isInstead?: true;
}

/** How a loop goes on from item to item. */
export interface LoopControl {
  readonly loopVariable: string;
  readonly loopVariableSource?: Source;
  /** Counts from 0. */
  readonly indexVariable?: string;
  readonly indexVariableSource?: Source;
  /** What is shown of an item; undefined: the item. */
  readonly label: ScalarNode | undefined;
  /** Between two items. */
  readonly pauseSeconds: number;
  /** `vprov_loop` tells where in the loop an item stands. */
  readonly isExtended: boolean;
  /** The loop ends after an item for which all of these hold; none: it does not. */
  readonly breakWhen: readonly Expression[];
}

interface Calling extends Inherited, LoopControl {
  /** A template; undefined: the module's name is shown. */
  readonly name: ScalarNode | undefined;
  readonly source: Source;
  readonly module: string;
  readonly moduleSource: Source;
  /** Arguments by name; a shorthand (`command: uptime`) is already under its argument's name. */
  readonly args: MapNode;
  readonly register: string | undefined;
  readonly registerSource?: Source;
  /** Where its keywords stand, by their names. */
  readonly keywordSources?: ReadonlyMap<string, Source>;
  readonly notify: readonly Notify[];
  readonly loop: ListNode | ScalarNode | undefined;
  readonly readsOnly: boolean;
  readonly changedWhen: readonly Expression[] | undefined;
  readonly failedWhen: readonly Expression[] | undefined;
  readonly until: readonly Expression[] | undefined;
  readonly retries: number;
  readonly delaySeconds: number;
  /**
   * It was not written as it is meant, which is said already. `keys`: an argument may stand among its keywords, so what
   * the arguments lack is no second mistake. `arguments`: nothing more is to be said of them.
   */
  readonly flawed?: 'keys' | 'arguments';
  readonly role: Role | undefined;
}

/** Tells a handler that it is owed. `when` is over the task's result, as `result`. */
export interface Notify {
  /** As written: a name, or what a handler listens to. */
  readonly handler: string;
  /** It is a template. */
  readonly template?: ScalarNode;
  readonly source: Source;
  readonly when: readonly Expression[];
}

/** A task that runs when it was notified, or an include of such tasks. */
export type Handler = Task & {
  /** Its name as written. */
  readonly handlerName: string;
  /** What it may be notified by besides its name. */
  readonly listen: readonly string[];
};
