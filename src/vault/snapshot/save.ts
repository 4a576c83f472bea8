import type {Secret} from '../../text/index.ts';
import {httpRequest, TransportError} from '../../transport/index.ts';
import {logIn} from '../cluster/hand-over.ts';
import {type KeysOf, openKeys} from '../cluster/keeping.ts';
import type {ClusterPorts, Stuck} from '../cluster/ports.ts';
import {lookAtServer} from '../server/state.ts';
import {snapshotName} from './kind.ts';
import {type SnapshotFacts, verifySnapshot} from './verify.ts';

export interface SnapshotWish extends KeysOf {
  /** Of the active member's API, as its host sees it: a standby would send elsewhere. */
  readonly url: string;
  /** Where it is kept on this machine, relative to the folder that vprov runs in. */
  readonly folder: string;
  /** In the place of vprov's own login. */
  readonly token?: Secret | undefined;
  readonly timeoutMs: number;
}

export interface SavedSnapshot extends SnapshotFacts {
  readonly file: string;
}

/** It is held in memory until it was verified. */
const largestBytes = 1024 * 1024 * 1024;

/**
 * Saves a snapshot of all that is in a cluster on this machine, encrypted to the owner's recipients, once it was seen to be whole. The names of secrets
 * can be read in one without any key; their values only with the cluster's.
 * https://openbao.org/api-docs/system/storage/raft/#take-a-snapshot-of-the-raft-cluster
 */
export async function saveSnapshot(ports: ClusterPorts, wish: SnapshotWish): Promise<SavedSnapshot | Stuck> {
  const active = await lookAtServer(ports, wish.url);
  const clusterId = active.status === 'present' ? active.state.clusterId : undefined;
  if (clusterId === undefined) return {problem: 'the server does not say which cluster it is of'};
  const token = wish.token ?? (await ownToken(ports, wish));
  if ('problem' in token) return token;
  const bytes = await fetchSnapshot(ports, wish, token.reveal());
  if (!Buffer.isBuffer(bytes)) return bytes;
  const facts = await verifySnapshot(bytes);
  if ('problem' in facts) return facts;
  const at = new Date(ports.now())
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  const file = `${wish.folder}/${snapshotName(wish.cluster, clusterId, at, facts.index)}`;
  const problem = await ports.sealed.sealBytes(file, bytes, wish.recipients);
  return problem ?? {...facts, file};
}

async function ownToken(ports: ClusterPorts, wish: SnapshotWish): Promise<Secret | Stuck> {
  const keys = await openKeys(ports, wish);
  if ('problem' in keys) return keys;
  return keys.operator
    ? logIn(ports, wish.url, keys.operator)
    : {problem: `${wish.keys} has no login of vprov: nobody here can take a snapshot`};
}

async function fetchSnapshot(
  ports: ClusterPorts,
  {url, timeoutMs}: SnapshotWish,
  token: string,
): Promise<Buffer | Stuck> {
  try {
    const {status, body} = await httpRequest(
      ports,
      {
        url: new URL('/v1/sys/storage/raft/snapshot', url),
        method: 'GET',
        headers: {'X-Vault-Request': 'true', 'X-Vault-Token': token},
      },
      {signal: ports.signal, timeoutMs, largestBodyBytes: largestBytes},
    );
    if (status === 200) return body;
    const hint = status >= 300 && status < 400 ? 'another member became the active one: run it again' : '';
    return {problem: `no snapshot was to be had: status ${status}`, ...(hint ? {hint} : {})};
  } catch (error) {
    if (!(error instanceof TransportError) || error.failure === 'aborted' || error.failure === 'lost')
      throw error;
    return {problem: `no snapshot was to be had: ${error.message}`};
  }
}
