import type {SecretQuestion} from '../source/index.ts';
import type {Secret} from '../text/index.ts';
import type {Question} from '../transport/index.ts';
import type {Event, Summary} from './events.ts';

/** What only a person can tell: while files are read, before plays, and while hosts are connected. */
export type RunQuestion = Question | SecretQuestion | VariableQuestion | StepQuestion;

/** `--step`: whether a task is run. `y`, `n`, or `c` for this and all that follow. */
export interface StepQuestion {
  readonly type: 'step';
  readonly task: string;
}

/** `vars_prompt` of a play. */
export interface VariableQuestion {
  readonly type: 'variable';
  readonly name: string;
  readonly text: string;
  /** It may be seen as it is typed. */
  readonly echo: boolean;
  /** Two answers were not the same. */
  readonly again: boolean;
}

/** Asks somebody. Undefined: there is no answer. */
export type Prompt = (question: RunQuestion) => Promise<Secret | undefined>;

/** What opens encrypted files, beside what the environment says. */
export interface KeyFiles {
  /** Identities of age. */
  readonly identityFiles: readonly string[];
  /** Holds the password of ansible-vault. */
  readonly vaultPasswordFile?: string;
}

export interface RunOptions {
  readonly playbook: string;
  /** Inventory files; none: the only file in `inventory/`. */
  readonly inventory: readonly string[];
  readonly limit?: string;
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
  readonly mode: 'run' | 'check' | 'validate';
  readonly diff: boolean;
  /** `-e` as typed: NAME=VALUE, a JSON object, or @FILE. */
  readonly extraVars: readonly {readonly text: string}[];
  /** Handlers run also on hosts that failed, in every play. */
  readonly forceHandlers?: boolean;
  /** Large files are read again on the hosts, also those whose checksum is remembered there. */
  readonly verify?: boolean;
  /** How many hosts are worked on at once. */
  readonly forks: number;
  /** Exit code 3 when something changed, or would. */
  readonly detailedExitcode: boolean;
  /** What relative paths are relative to. */
  readonly cwd: string;
  /** Aborted by the first Ctrl-C: running changes are finished, nothing new is begun. */
  readonly signal: AbortSignal;
  /** Aborted by the second: at once. */
  readonly hardSignal?: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly keys?: KeyFiles;
  /** For hosts of whose login or sudo the inventory has no password. */
  readonly password?: Secret;
  readonly becomePassword?: Secret;
  /** Asks the person; undefined where there is nobody. */
  readonly prompt?: Prompt;
  /** Instead of a run: the probes of this host's check as one script, in a `probes` event. */
  readonly printProbes?: string;
  /** The name of the first task to run. */
  readonly startAtTask?: string;
  /** Each task is asked for before it is run; hosts wait for one another. */
  readonly step?: boolean;
  /** Instead of a run: what there is to run, in a `listing` event. */
  readonly lists?: boolean;
  /** After validation: the programs of the playbook are fetched; `update` also resolves `auto` anew. */
  readonly releases?: 'fetch' | 'update';
  /** The folder that keeps a record of the run; none without. Check and validation leave none. */
  readonly records?: string;
}

export interface Run {
  readonly events: AsyncIterable<Event>;
  readonly done: Promise<Summary>;
}
