import type {Ref, SealedFiles} from '../resources/index.ts';
import type {Redactor} from '../text/index.ts';
import type {Connect} from '../transport/index.ts';
import type {Context} from './context.ts';
import type {Driver, EventBody, House} from './effect.ts';
import type {LocalFiles} from './local-files.ts';
import type {RunOptions} from './options.ts';
import type {Project} from './project.ts';
import type {RunInventory} from './run-inventory.ts';
import type {PlayVariables} from './scopes.ts';
import type {Steps} from './steps.ts';
import type {Tally} from './tally.ts';

/** Sees a run from the side. */
export interface Watch {
  project(project: Project): void;
  /** The driver of a host, looked at. */
  watch(host: string, driver: Driver): Driver;
}

/** What the hosts of a run share. */
export interface Shared {
  /** Makes connections that share keys, passphrases and the hosts on the way. */
  readonly connect: Connect;
  readonly options: RunOptions;
  /** The first Ctrl-C, and with it the second. */
  readonly softSignal: AbortSignal;
  readonly hardSignal: AbortSignal;
  readonly house: House;
  readonly project: Project;
  /** With what tasks have added so far. */
  readonly inventory: RunInventory;
  readonly files: LocalFiles;
  readonly sealed: SealedFiles;
  readonly tally: Tally;
  readonly run: string;
  /** The run that this one takes back. */
  readonly undoes?: string;
  readonly watch?: Watch;
  readonly emit: (event: EventBody) => void;
  readonly selects: Context['selects'];
  /** Somebody is asked before each task. */
  readonly steps?: Steps;
  readonly ports: PlayVariables['ports'];
  /** Told of every probe: what a run asks. */
  readonly onProbe: (refs: readonly Ref[]) => void;
  /** Learns the secrets that must not be shown. */
  readonly redactor: Redactor;
}
