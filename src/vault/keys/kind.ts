import {existsSync, readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {type AnsweringKind, type Known, onlyRead, type Ref, type StateView} from '../../resources/index.ts';
import {type Intent, intentIn} from './intent.ts';
import {placesOfKeys} from './places.ts';

/** Which of a cluster's files of keys are on this machine. None of them is opened. */
export interface KeysState {
  readonly keys: boolean;
  /** The initial root token has not handed over yet. */
  readonly initial: boolean;
  /** An initialisation was begun whose keys were not kept: on this host. */
  readonly intent?: Intent;
}

const unnamed: Intent = {host: 'a host that its file does not name', at: 'an unknown time'};

const keysKindName = 'vault_keys';

/** @param file of the keys, relative to the folder that vprov runs in */
export function keysRef(file: string): Ref<typeof keysKindName> {
  return {kind: keysKindName, id: file, facets: ['state']};
}

/** Absent: there are none. */
export function keysAt(file: string, view: StateView): Known<KeysState> {
  return view.get<KeysState>(keysRef(file));
}

/** What is there of a cluster's keys. @param file of the keys, absolute @returns undefined where nothing is */
export function keysStateOf(file: string): KeysState | undefined {
  const places = placesOfKeys(file);
  const keys = existsSync(places.keys);
  const initial = existsSync(places.initial);
  // Whatever stands in it: it was begun.
  const intent = existsSync(places.intent)
    ? (intentIn(readFileSync(places.intent, 'utf8')) ?? unnamed)
    : undefined;
  if (!keys && !initial && !intent) return undefined;
  return {keys, initial, ...(intent ? {intent} : {})};
}

/** The keys of a cluster, which are on this machine and on no host. */
export const keysKind: AnsweringKind<typeof keysKindName, KeysState, never> = {
  ...onlyRead,
  kind: keysKindName,
  async ask({id}, {cwd}) {
    const state = keysStateOf(resolve(cwd, id));
    return state ? {status: 'present', state} : {status: 'absent'};
  },
};
