import {resolve} from 'node:path';
import {type AnsweringKind, type Known, onlyRead, type Ref, type StateView} from '../../resources/index.ts';
import {localText} from '../local-text.ts';

/** The certificate of an authority on this machine, and when it was looked at. */
export interface AuthorityState {
  /** PEM; undefined: there is none. */
  readonly certificate?: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

const authorityKindName = 'vault_authority';

/** @param file of its certificate, relative to the folder that vprov runs in */
export function authorityRef(file: string): Ref<typeof authorityKindName> {
  return {kind: authorityKindName, id: file, facets: ['state']};
}

/** What is here of an authority. @throws UnknownRead */
export function authorityAt(file: string, view: StateView): Known<AuthorityState> {
  return view.get<AuthorityState>(authorityRef(file));
}

/** The authority of a cluster, whose certificate is on this machine. */
export const authorityKind: AnsweringKind<typeof authorityKindName, AuthorityState, never> = {
  ...onlyRead,
  kind: authorityKindName,
  async ask({id}, {cwd}) {
    const certificate = localText(resolve(cwd, id));
    return {
      status: 'present',
      state: {nowMs: Date.now(), ...(certificate === undefined ? {} : {certificate})},
    };
  },
};
