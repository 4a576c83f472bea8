import {createHash} from 'node:crypto';
import type {Ref, Through} from '../../resources/index.ts';
import type {Secret} from '../../text/index.ts';
import {serverKindName} from '../server/state.ts';

/** As whom a server is asked: with somebody's token, or by the login of vprov's own that is in a file of keys. */
export type Login = {readonly token: Secret} | {readonly keys: string};

export type SortName = 'policy' | 'mount' | 'auth' | 'approle' | 'kv' | 'autopilot' | 'audit';

/** Something inside a server: where, and as whom it is asked for. */
export interface Place extends Through {
  /** Of the server's API, as its host sees it. */
  readonly url: string;
  readonly login: Login;
  readonly sort: SortName;
  /** What it is called there; in what is mounted, below `mount`. */
  readonly name: string;
  readonly mount?: string;
  /** Below `/v1/`, as people know it. */
  readonly path: string;
}

export const insideKindName = 'vault';
/** What may be another after members were initialised, unsealed, restarted: what they say of themselves, and what is in them. */
export const serverKinds: readonly string[] = [serverKindName, insideKindName];
export const usualServer = 'http://127.0.0.1:8200';

const pathOf: Readonly<Record<SortName, (name: string, mount: string) => string>> = {
  policy: (name) => `sys/policies/acl/${name}`,
  mount: (name) => `sys/mounts/${name}`,
  auth: (name) => `sys/auth/${name}`,
  audit: (name) => `sys/audit/${name}`,
  approle: (name, mount) => `auth/${mount}/role/${name}`,
  kv: (name, mount) => `${mount}/${name}`,
  autopilot: () => 'sys/storage/raft/autopilot/configuration',
};

/** Names it by its path; by its server, too, where that is not where servers usually are. */
export function insideRef(of: Omit<Place, 'digest' | 'path'>): Ref<typeof insideKindName> {
  const path = pathOf[of.sort](of.name, of.mount ?? '');
  const asked = 'token' in of.login ? ['token', of.login.token.reveal()] : ['keys', of.login.keys];
  const digest = createHash('sha256')
    .update(JSON.stringify([of.url, of.sort, asked]))
    .digest('hex');
  const place: Place = {...of, path, digest};
  return {
    kind: insideKindName,
    id: isUsual(of.url) ? path : `${of.url}/${path}`,
    facets: ['state', 'text'],
    through: place,
  };
}

/** Whether or not it speaks TLS: there is one server at a port. */
function isUsual(url: string): boolean {
  return url.replace('https:', 'http:') === usualServer;
}

/** @throws Error for a reference that `insideRef` did not make: a defect */
export function placeOf({through, id}: Pick<Ref, 'id' | 'through'>): Place {
  if (!through || !('sort' in through)) throw new Error(`${id} does not say as whom it is asked for`);
  return through as Place;
}
