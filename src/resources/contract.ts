import type {Duplex} from 'node:stream';
import type {Source} from '../errors/index.ts';
import type {Script} from '../shell/index.ts';
import type {Text} from '../text/index.ts';
import type {SealedFiles} from './sealed-files.ts';

/** What of a resource is asked for. A probe never reads more than the facets named. */
export type Facet =
  | 'meta'
  | 'link'
  | 'empty'
  | 'mounts'
  | 'sha256'
  | 'text'
  | 'state'
  | 'candidate'
  | 'dependents'
  | `installation:${string}`
  | 'password'
  | 'processes';

/** A resource on a host: kind and identity (a path, a name), and the facets wanted of it. */
export interface Ref<K extends string = string> {
  readonly kind: K;
  readonly id: string;
  readonly facets: readonly Facet[];
  /** What a kind that answers for itself asks with, beside the id: a login. No part of the name, and shown nowhere. */
  readonly through?: Through;
}

/** Where and as whom something is asked. */
export interface Through {
  /** The same for all that ask the same: what was told to another is not believed. */
  readonly digest: string;
}

/** `kind:id`, without facets: the key of knowledge, overlay and events. */
export type RefKey = `${string}:${string}`;

export function refKey(ref: Pick<Ref, 'kind' | 'id'>): RefKey {
  return `${ref.kind}:${ref.id}`;
}

/**
 * What a probe (or, in check mode, the overlay) says of a resource. `state` holds the fields of the facets that
 * were asked for. `unreadable` is no failure until a task needs it. `unknown`: depends on changes not yet made.
 */
export type Observed<S extends object = object> =
  | {readonly status: 'present'; readonly state: Readonly<Partial<S>>}
  /** `mayCome`: why it may be there after changes not yet made, which are not known to make it. */
  | {readonly status: 'absent'; readonly mayCome?: string}
  | {readonly status: 'unreadable'; readonly reason: string; readonly hint?: string}
  | {readonly status: 'unknown'; readonly reason: string};

/** What is known: only the overlay has what is not, and whoever reads that by a `StateView` has UnknownRead thrown. */
export type Known<S extends object = object> = Exclude<Observed<S>, {status: 'unknown'}>;

/** Contents as data. `text` is there for what may be shown and rides inline; large or binary contents stay in `from`. */
export interface Content {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Nobody has seen them yet: they are of that size at most. */
  readonly isAtMost?: true;
  readonly text?: Text;
  /** Absolute path of the local file that the bytes are read from when there is no `text`. */
  readonly from?: string;
  /** Absolute path of a local file with the same bytes as gzip makes them smaller: it is sent in their place. */
  readonly gzip?: string;
  /** Absolute path of a file of the host that has these bytes: it is used up instead of sending them. */
  readonly onHost?: string;
}

/** The desired state of one resource. `after` names only what the task promises; the rest is left alone. */
export interface Want<K extends string = string, D extends object = object> {
  readonly ref: Ref<K>;
  readonly after: Readonly<D> | 'absent';
  /** Its contents hold a secret: its diff is shown by the rule for sensitive resources. */
  readonly sensitive?: boolean;
  readonly impact?: Impact;
}

export type AttributeValue = string | number | boolean | null;

/** One difference. `undefined` before: it was not there. `'unknown'` never stands here: what is not promised is not named. */
export interface Attribute {
  readonly name: string;
  readonly before?: AttributeValue;
  readonly after?: AttributeValue;
}

/** What a change costs beyond itself. `restart` of a sealed-on-restart service means unseal. */
export type Impact =
  | {readonly type: 'none'}
  | {readonly type: 'reload'; readonly unit: string; readonly reason: string}
  | {readonly type: 'restart'; readonly unit: string; readonly unseal: boolean; readonly reason: string}
  | {readonly type: 'refuse'; readonly reason: string; readonly playbook?: string};

/** A difference that the engine will remove, or would. */
export interface Change<K extends string = string, S extends object = object, D extends object = object> {
  readonly ref: Ref<K>;
  readonly before: Observed<S>;
  readonly want: Want<K, D>;
  /** Never empty. */
  readonly attributes: readonly Attribute[];
}

/** A planned change that must not be made, and why. Found in planning, in check and run alike. */
export interface Refusal {
  readonly refused: string;
  readonly hint?: string;
  /** What is not there, and would have to be: a task may make it. */
  readonly missing?: Pick<Ref, 'kind' | 'id'>;
  readonly source?: Source;
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

/** One act that removes a difference. Steps of a change run in order; the first that fails ends it. */
export type Step =
  | {readonly type: 'script'; readonly script: Script}
  /** Bulk bytes into the new file `to` (0600), before the script that puts it in place. */
  | {readonly type: 'upload'; readonly content: Content; readonly to: string}
  /** Asked again until it ends with 0: what it prints says what is waited for. Before the scripts of the change. */
  | {readonly type: 'wait'; readonly script: Script; readonly timeoutMs: number};

/** What knowledge a change makes stale, on every Target of the host. */
export type Effects =
  | {readonly type: 'none'}
  | {readonly type: 'refs'; readonly keys: readonly RefKey[]}
  /** The path, all below it, and its parent. */
  | {readonly type: 'subtree'; readonly path: string}
  | {readonly type: 'kinds'; readonly kinds: readonly string[]}
  | {readonly type: 'several'; readonly effects: readonly Effects[]}
  | {readonly type: 'everything'};

export interface ProbeOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What is known of the host, or will be after the changes planned so far. Throws `UnknownRead` for what cannot be known yet. */
export interface StateView {
  /**
   * @throws UnknownRead when the answer depends on changes not yet made
   * @throws NotProbed when it depends on what nobody has asked for yet
   */
  get<S extends object>(ref: Pick<Ref, 'kind' | 'id'> & Partial<Ref>): Known<S>;
}

/** What is behind a name (where a planned link leads) has not been asked for yet: to be probed, then read again. */
export class NotProbed extends Error {
  readonly ref: Ref;

  constructor(ref: Ref) {
    super(`${refKey(ref)} was read without having been asked for`);
    this.name = 'NotProbed';
    this.ref = ref;
  }
}

/** What a resource is asked through. */
export interface Asking {
  /** Authorities that are trusted beside the usual ones, PEM each. */
  authorities(): readonly string[];
  /** A byte stream to an address as the host sees it. */
  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  readonly signal: AbortSignal;
  /** The folder of this machine that the run is of. */
  readonly cwd: string;
  readonly sealed: SealedFiles;
  /** What may be remembered of this host to the end of the run, and is written nowhere: a login. */
  readonly kept: Map<string, unknown>;
}

/**
 * A sort of thing on a host: the only place that writes shell for it. Everything but the scripts' text is pure.
 * S is the state as observed, D the state as desired.
 */
export interface ResourceKind<K extends string = string, S extends object = object, D extends object = object>
  extends Wanting<K, S, D> {
  /** One script that reads many resources. `marker` is an unguessable word to frame free text with. */
  probe(refs: readonly Ref<K>[], marker: string): Script;
  /** @throws Error when the output is not what the script prints: a defect, or a host that is not POSIX */
  parse(output: ProbeOutput, refs: readonly Ref<K>[], marker: string): ReadonlyMap<RefKey, Observed<S>>;
  readonly ask?: undefined;
  readonly make?: undefined;
}

/**
 * A kind whose resources answer for themselves, over the host's connection: a server that is asked by HTTP. What one
 * said is believed until something is done to its host.
 */
export interface AnsweringKind<
  K extends string = string,
  S extends object = object,
  D extends object = object,
> extends Wanting<K, S, D> {
  /** @throws TransportError when the connection to the host ended; whatever is wrong with the resource is an answer */
  ask(ref: Ref<K>, asking: Asking): Promise<Observed<S>>;
  /**
   * Removes the difference by asking for it, where there are no steps of scripts. Looks first whether what is there is what
   * the change was planned from.
   * @throws TransportError when the connection to the host ended
   */
  make?(change: Change<K, S, D>, asking: Asking): Promise<Unmade | undefined>;
}

/** Why a change was not made, or not all of it. */
export type Unmade =
  | {readonly problem: string; readonly hint?: string; readonly changed: boolean}
  /** Somebody else has changed it since it was planned; nothing was done. */
  | {readonly moved: true};

/** What stands at a name that leads nowhere else; `hint` is what is known of it by another name. */
export type StandingAt = <S extends object>(ref: Ref, hint?: Observed<S>) => Observed<S>;

/** What all kinds have: how a state is compared with what is wanted, and which steps lead from one to the other. */
interface Wanting<K extends string, S extends object, D extends object> {
  readonly kind: K;
  /** Everything that must be known to judge a want: the resource itself by the facets needed, its parent, its owner. */
  reads(want: Want<K, D>): readonly Ref[];
  /** Why the want cannot be reached from here, or undefined. Pure; the same in check and run. */
  refuse(want: Want<K, D>, view: StateView): Refusal | undefined;
  /** Pure; [] means there is nothing to do. */
  diff(before: Known<S>, want: Want<K, D>, view: StateView): readonly Attribute[];
  /** Why who is to make a change may not: asked only where there is something to change. Pure; the same in check and run. */
  forbids?(change: Change<K, S, D>, view: StateView): Refusal | undefined;
  /**
   * Fails where what is there is not what the change was planned from any more, as somebody else has changed it. Goes
   * before all that is done for the change, in the same request.
   */
  stands?(change: Change<K, S, D>): Script | undefined;
  /** The steps that remove the difference. `nonce` makes temporary names unique. */
  steps(change: Change<K, S, D>, nonce: string): readonly Step[];
  effects(change: Change<K, S, D>): Effects;
  /** What will be observed after the change, as far as it is promised: the overlay's entry. */
  predict(change: Change<K, S, D>): Observed<S>;
  /** What is there of a resource once something was done of which nobody knows what it does. Without it: all as it was. */
  leaves?(observed: Observed<S>): Observed<S>;
  /**
   * What is seen by a name that others may lead to (a path behind links), from what stands at the names that lead
   * nowhere else.
   */
  see?(ref: Ref<K>, at: StandingAt): Observed<S>;
  /** A change by the one name of what it changes. */
  aim?(change: Change<K, S, D>, at: StandingAt): Change<K, S, D>;
  /**
   * How a planned change of another resource alters what this one would be seen as; `observed` itself when it does not.
   * @param now what others are, with nothing planned: what is moved is then what it was at its old place
   * @param before what others are when all that is planned before this change is made
   */
  react?(
    ref: Ref<K>,
    observed: Observed<S>,
    planned: Change,
    now: StandingAt,
    before?: StandingAt,
  ): Observed<S>;
  /**
   * Whether the change may be made in one request with others of its task, and be judged after the last of them:
   * nothing is sent or waited for before it. Without this it is made alone.
   */
  joins?(change: Change<K, S, D>): boolean;
  /** What is still different after the change: `diff`, but for transitions, which compare with `change.before`. */
  unreached?(change: Change<K, S, D>, after: Known<S>, view: StateView): readonly Attribute[];
  /** Milliseconds that a reached state must last before it counts (a started unit), 0 by default. */
  settleMs?(change: Change<K, S, D>): number;
  /** Milliseconds that the steps may take, 10 minutes by default. */
  timeoutMs?(change: Change<K, S, D>): number;
  /** How changes of this kind are taken back; without it they are not. */
  readonly undo?: Undoing<Change<K, S, D>>;
  /**
   * Words for a failure to reach the state, from the host (a unit's last log lines).
   * @param agoMs how long ago the change was begun: what was said before is not about it
   */
  explain?(change: Change<K, S, D>, agoMs: number): Script | undefined;
}

/** What is written down of a change, on the host and before it is made, to take it back by. Plain JSON. */
export interface Noted {
  /** What was changed: of a link that is followed, what it leads to. */
  readonly id: string;
  /** Digests are whole. */
  readonly attributes: readonly Attribute[];
  /** What was there before; undefined: nothing. */
  readonly before?: Readonly<{[name: string]: unknown}>;
  readonly sensitive?: true;
}

/** A change as it is found on the host again. */
export interface Kept extends Noted {
  /** Where what the change took away was put: an absolute path. It may have gone since. */
  readonly version: string;
  /** In one word what became of it when it was kept. */
  readonly kept?: string;
  /** The run had changed it before: that is taken back after this. */
  readonly again?: true;
  /** What else the run has changed of which the same was noted as the object that it was (`before.inode`). */
  readonly twins?: readonly string[];
}

/** How a change is taken back. */
export interface TakenBack {
  /** What the change left, as a want: where it does not hold, the host has moved on. Undefined: it cannot have. */
  readonly left?: Want;
  readonly back: readonly Want[];
  /** Why these wants can be judged, but not reached. */
  readonly missing?: string;
  /** What these wants do not bring back, in words: for people to see to. */
  readonly lost?: string;
  /** What may stay of what came with it, in words. */
  readonly stays?: string;
}

/** Why a change is not taken back. */
export interface NotTakenBack extends Refusal {
  /** The absolute path of a directory in which something stands in the way: another run may have put it there. */
  readonly holder?: string;
}

/** The part of a resource kind that takes changes back. Pure but for the script's text. */
export interface Undoing<C extends Change = Change> {
  note(change: C): Noted;
  /**
   * Runs before the steps of the change, in the same request: puts what they take away at `$v`, which is not there yet,
   * and one word about it into `$k`. Its failure does not stop the change.
   */
  keep?(change: C): Script | undefined;
  /** What `takeBack` looks at. @param shown contents are looked at for a diff, too */
  reads(kept: Kept, shown: boolean): readonly Ref[];
  /** `undefined`: there is nothing that lasts (a restart). @throws UnknownRead */
  takeBack(kept: Kept, view: StateView): TakenBack | NotTakenBack | undefined;
}

/** A kind that is read by scripts, and whose own types are erased. */
// biome-ignore lint/suspicious/noExplicitAny: the catalogue erases the kinds' own types; `defineKind` keeps them inside
export type ScriptedKind = ResourceKind<any, any, any>;

/** A kind whose own types are erased, as the catalogue holds it. */
// biome-ignore lint/suspicious/noExplicitAny: the catalogue erases the kinds' own types; `defineKind` keeps them inside
export type AnyKind = ScriptedKind | AnsweringKind<any, any, any>;
