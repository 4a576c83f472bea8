import type {Duplex} from 'node:stream';
import type {ReleaseRequest} from '../releases/index.ts';
import type {Content, Effects, Ref, Refusal, SealedFiles, StateView, Want} from '../resources/index.ts';
import type {Script} from '../shell/index.ts';
import type {Unknown} from '../text/index.ts';
import type {Completed} from '../transport/index.ts';
import type {JsonSchema, ValueMap} from '../values/index.ts';

/** `host`: each host for itself. `group`: decided once, with every member's state in view (init once, leader last). */
export type ModuleScope = 'host' | 'group';

/** What is known of a host from its facts. All of it is probed in one request. */
export interface Facts extends ValueMap {
  readonly hostname: string;
  readonly fqdn: string;
  /** `uname -m`. */
  readonly machine: string;
  /** The userland: x86_64, aarch64, armv7l, armv6l, i686. */
  readonly architecture: string;
  readonly kernel: string;
  readonly long_bit: number;
  readonly os: ValueMap;
  readonly memory_mb: number;
  readonly cpus: number;
  readonly init: string;
  readonly boot_id: string;
}

/** What a module needs of this machine: resolved by the engine, once per run, shared between hosts. */
export type LocalRef = LocalFileRef | ReleaseRef;

/** A local file, or a tree: a file alone, or a directory with all below it. */
export interface LocalFileRef {
  readonly name: string;
  /** As written by the user; looked up in the role's `files/` or `templates/`, then beside the playbook. */
  readonly path: string;
  readonly type: 'file' | 'template' | 'tree';
  /** Of trees: links within are what they lead to, not links. */
  readonly followLinks?: boolean;
}

/** What is in a tree. `path` is relative to its root, with slashes; the root itself has ''. */
export type TreeEntry =
  | {readonly type: 'file'; readonly path: string; readonly content: Content}
  | {readonly type: 'directory'; readonly path: string}
  | {readonly type: 'link'; readonly path: string; readonly target: string};

/** A program's release: which version runs on the host and on the others of its cluster, and the program itself. */
export interface ReleaseRef extends ReleaseRequest {
  readonly name: string;
  readonly type: 'release';
}

/** What a reference to a release came to. */
export interface ReleasedProgram {
  readonly version: string;
  /** The program's name, as its archive has it. */
  readonly program: string;
  /** Undefined: its digest is known only when it was downloaded. */
  readonly content?: Content;
  /** SHA-256 of the archive that it comes in, where that is known before. */
  readonly archiveSha256?: string;
}

/** What the engine made of the local references: contents of files, rendered templates. */
export interface Inputs {
  /** @throws Error for a name that `inputs` did not ask for: a defect */
  content(name: string): Content;
  /**
   * Of a reference to a tree: the root first, a directory before what is in it.
   * @throws Error for a name that `inputs` did not ask for: a defect
   */
  tree(name: string): readonly TreeEntry[];
  /** @throws Error for a name that `inputs` did not ask for: a defect */
  release(name: string): ReleasedProgram;
}

/** What a task hands to its module besides the arguments. */
export interface TaskContext {
  readonly checkMode: boolean;
  /** The user that the task's session runs as. */
  readonly user: string;
  /** For modules of scope `group`. */
  readonly group?: GroupView;
}

/** The hosts that come to a task together, as each sees itself at one moment, in the order of the batch. */
export interface GroupView {
  /** The host that the task is for. */
  readonly self: string;
  /** By host, what `reads` names there. */
  readonly members: ReadonlyMap<string, StateView>;
  /** By host, the task's arguments as they are there. */
  readonly told: ReadonlyMap<string, ValueMap>;
}

/** What is wrong with one argument beyond its type: a mistake that can be seen before any host is. */
export interface ArgumentProblem {
  readonly argument: string;
  /** Where in the argument it stands: keys of maps, places in lists. */
  readonly at?: readonly string[];
  /** The last of these is wrong, not what stands behind it. */
  readonly atKey?: true;
  /** Without the argument's name in front: "has a quote that does not end". */
  readonly message: string;
  readonly hint?: string;
}

/**
 * A module that turns arguments into wants. Pure: no I/O, no clock. `state`: the second plan is empty.
 * `transition` (restarted, reloaded): reached when the resource says that it happened.
 */
export interface StateModule<A = ValueMap> {
  readonly type: 'state';
  readonly name: string;
  readonly summary: string;
  readonly scope: ModuleScope;
  /** The argument that a task in one line gives: `file: /etc/x` is not allowed where undefined. */
  readonly shorthand?: string;
  /** Called by `checkArguments` once the schema is content and every value is known. */
  check?(args: A): readonly ArgumentProblem[];
  /** The same of what is known by then: arguments that are not are left out. */
  checkKnown?(args: Partial<A>): readonly ArgumentProblem[];
  inputs?(args: A): readonly LocalRef[];
  /** What `want` will look at, besides what the kinds read for their wants. What it looks at beyond costs a request more. */
  reads?(args: A, facts: Facts): readonly Ref[];
  want(args: A, seen: StateView, inputs: Inputs, context: TaskContext): readonly Want[] | Refusal;
  /** Of scope `group`: in which order the members are changed, one after the other (the leader last). */
  order?(args: A, group: GroupView): readonly string[];
}

/** What an action sees of the world: everything else is out of its reach. */
export interface ActionPorts {
  /** A script in the task's session, its own process group. */
  run(script: Script, timeoutMs: number): Promise<Completed>;
  /** A byte stream to an address as the host sees it. */
  forward(address: string, port: number): Promise<Duplex>;
  /** Authorities that are trusted beside the usual ones, PEM each. */
  authorities?(): readonly string[];
  /** Waits, unless the run is interrupted. */
  sleep(milliseconds: number): Promise<void>;
  now(): number;
  /** Contents into the new file `to` of the host (0600). */
  upload(to: string, content: Content): Promise<void>;
  /** Bytes into a local file, relative to the playbook. `changed`: they were not in it before. */
  save(path: string, bytes: Buffer): Promise<{readonly file: string; readonly changed: boolean}>;
  readonly sealed: SealedFiles;
  /** Ends the connection and makes a new one; resolves with true. What was known of the host is forgotten. */
  reconnect(): Promise<true>;
  /** Of the inventory. */
  readonly hostName: string;
  /** Text for people about long work ("waiting for port 8200, 12 s"). Never a secret. */
  progress(message: string): void;
  readonly signal: AbortSignal;
}

/** The fields of an action's result. Each may be missing: the task may be skipped, or fail. */
export type ResultFields = Readonly<Record<string, JsonSchema>>;

/** What an action gave. `result` is what `register` keeps. */
export interface ActionResult {
  readonly changed: boolean;
  readonly failed?: string;
  readonly hint?: string;
  readonly result: ValueMap;
}

/**
 * A module that is opaque: it declares its guard and its effects. `readOnly` actions (a GET, wait_for, assert) run in
 * check mode too while nothing is planned before them on that host; after that their result is unknown.
 */
export interface Action<A = ValueMap> {
  readonly type: 'action';
  readonly name: string;
  readonly summary: string;
  readonly scope: ModuleScope;
  readonly shorthand?: string;
  /** Needs no host: debug, set_fact, assert. Runs always, in check mode and validation too. */
  readonly local?: boolean;
  /**
   * What `register` keeps besides the fields that every result has, so that a misspelt one is found before the run.
   * Without it any field may be asked for.
   */
  readonly result?: ResultFields;
  /** Called by `checkArguments` once the schema is content and every value is known. */
  check?(args: A): readonly ArgumentProblem[];
  inputs?(args: A): readonly LocalRef[];
  readOnly(args: A): boolean;
  reads?(args: A, facts: Facts): readonly Ref[];
  /** @param group for modules of scope `group`: one member may act for all */
  guard(
    args: A,
    seen: StateView,
    group?: GroupView,
  ): {readonly run: boolean; readonly reason?: string} | Refusal | Unknown;
  /** Of scope `group`: in which order the members act, one after the other. */
  order?(args: A, group: GroupView): readonly string[];
  effects(args: A): Effects;
  /**
   * Check mode, once the guard has said that it runs: what `act` would find before it changes anything, by the same
   * questions. Undefined: it would run. It changes nothing.
   */
  foresee?(args: A, ports: ActionPorts, group?: GroupView): Promise<ActionResult | undefined>;
  /** @param group for modules of scope `group`: as everybody was when all came to the task */
  act(args: A, ports: ActionPorts, inputs: Inputs, group?: GroupView): Promise<ActionResult>;
}

/** A module that the interpreter itself carries out: no host, no I/O. */
export interface ControlModule {
  readonly type: 'control';
  readonly name:
    | 'debug'
    | 'set_fact'
    | 'assert'
    | 'fail'
    | 'meta'
    | 'include_tasks'
    | 'include_role'
    | 'include_vars'
    | 'add_host'
    | 'group_by';
  readonly summary: string;
  readonly scope: 'host';
  readonly shorthand?: string;
  /** What `register` keeps besides the fields that every result has. */
  readonly result?: ResultFields;
}

/** Arguments checked and shaped by a module's schema; see `src/generated`, made from `schema.ts` at build time. */
export interface ArgumentSchema {
  /** JSON Schema 2020-12 of the arguments, as data: says where a plain number keeps its source text. */
  readonly schema: JsonSchema;
  /** ajv's compiled validator. Sets defaults into its argument. */
  readonly validate: Validator;
}

export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}

export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

// biome-ignore lint/suspicious/noExplicitAny: the catalogue erases the arguments' types, which the compiled schema guarantees
export type AnyModule = StateModule<any> | Action<any> | ControlModule;

/** Every module by name, with the schema of its arguments. Handed to whoever needs it; never a global. */
export interface Catalogue {
  readonly modules: ReadonlyMap<string, {readonly module: AnyModule; readonly args: ArgumentSchema}>;
}

/** The result of a task as `register` keeps it: these fields are there for every module. */
export interface Registered extends ValueMap {
  readonly changed: boolean;
  readonly failed: boolean;
  readonly skipped: boolean;
}
