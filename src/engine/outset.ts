import {type Catalogue, catalogue} from '../modules/index.ts';
import {type AnyKind, kinds, pathReadAnew, type SealedFiles} from '../resources/index.ts';
import {createLockbox, keySources} from '../source/index.ts';
import {Redactor, type Secret} from '../text/index.ts';
import {type Connect, createConnector} from '../transport/index.ts';
import {
  authorityKind,
  insideKind,
  keysKind,
  recordKind,
  recordsKind,
  serverKind,
  snapshotsKind,
} from '../vault/index.ts';
import {backupKind} from './backup/kind.ts';
import type {EventBody} from './effect.ts';
import {inventoryLayers} from './hostvars.ts';
import {journalKind} from './journal.ts';
import {NamedValues} from './named-values.ts';
import type {Prompt, RunOptions} from './options.ts';
import type {Project} from './project.ts';
import {asking} from './prompts.ts';
import {redacted} from './redaction.ts';
import {createSealedFiles} from './sealed-files.ts';
import {secretsIn} from './secret-variables.ts';

/** Those of resources, and what the engine itself keeps on hosts. */
export const allKinds: ReadonlyMap<string, AnyKind> = new Map<string, AnyKind>([
  ...kinds,
  [journalKind.kind, journalKind],
  [backupKind.kind, backupKind],
  [authorityKind.kind, authorityKind],
  [insideKind.kind, insideKind],
  [recordKind.kind, recordKind],
  [recordsKind.kind, recordsKind],
  [serverKind.kind, serverKind],
  [keysKind.kind, keysKind],
  [snapshotsKind.kind, snapshotsKind],
]);

/** @param verify no checksum that a host remembers is believed */
export function kindsFor({verify}: Pick<RunOptions, 'verify'>): ReadonlyMap<string, AnyKind> {
  return verify ? new Map([...allKinds, [pathReadAnew.kind, pathReadAnew]]) : allKinds;
}

/** What everything that goes to hosts begins with. */
export interface Outset {
  /** Tells without any known secret. */
  readonly emit: (event: EventBody) => void;
  readonly redactor: Redactor;
  /** What mistakes do not quote. */
  readonly named: NamedValues;
  readonly catalogue: Catalogue;
  /** Opens what is encrypted. */
  readonly lockbox: ReturnType<typeof createLockbox>;
  readonly sealed: SealedFiles;
  readonly prompt: Prompt | undefined;
  readonly connect: Connect;
  readonly softSignal: AbortSignal;
  readonly hardSignal: AbortSignal;
}

export function outsetOf(
  options: Pick<RunOptions, 'environment' | 'prompt' | 'keys' | 'cwd' | 'signal' | 'hardSignal'>,
  send: (event: EventBody) => void,
  modules: Catalogue = catalogue(),
): Outset {
  const redactor = new Redactor();
  const named = new NamedValues();
  const {environment} = options;
  const prompt = options.prompt && asking(options.prompt, redactor);
  const hardSignal = options.hardSignal ?? new AbortController().signal;
  const lockbox = createLockbox(keySources({...options.keys, environment, cwd: options.cwd, ask: prompt}));
  return {
    emit: (event) => send(redacted(named.hiddenIn(event), redactor)),
    redactor,
    named,
    catalogue: modules,
    lockbox,
    sealed: createSealedFiles(lockbox, redactor, options.cwd),
    prompt,
    connect: createConnector({environment, ...(prompt ? {ask: prompt} : {})}),
    softSignal: AbortSignal.any([options.signal, hardSignal]),
    hardSignal,
  };
}

/** Every password that the inventory and `-e` name, of all hosts, whether they take part or not. */
export function secretsOf({
  inventory,
  extraVars,
}: Pick<Project, 'inventory' | 'extraVars'>): readonly Secret[] {
  const layers = [...inventory.hosts.values()].flatMap((host) => inventoryLayers(host));
  return [...layers, extraVars].flatMap(secretsIn);
}
