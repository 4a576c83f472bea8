import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Fleet} from './fleet.ts';
import {vprov} from './vprov.ts';

/** Somebody who bootstraps a cluster: an identity of age, and where its keys go. */
export interface Keeper {
  readonly keysFile: string;
  readonly initialFile: string;
  readonly intentFile: string;
  /** What `vprov run` is told to know the cluster and to open its keys. */
  readonly options: readonly string[];
  /** The keys as they are kept, opened. */
  keys(): Promise<KeptKeys>;
  remove(): void;
}

export interface KeptKeys {
  readonly shares: readonly string[];
  readonly root_token?: string;
  readonly operator?: {readonly role_id: string; readonly secret_id: string};
}

/** The cluster's name in all of these tests. */
export const clusterName = 'home';

export async function newKeeper(): Promise<Keeper> {
  const folder = mkdtempSync(join(tmpdir(), 'vprov-keeper-'));
  const identity = join(folder, 'identity.txt');
  const made = await vprov('secrets', 'keygen', identity);
  const recipient = /age1[0-9a-z]+/.exec(made.stdout + made.stderr)?.[0];
  if (recipient === undefined) throw new Error(`no recipient: ${made.stdout}${made.stderr}`);
  const keysFile = join(folder, 'keys', `${clusterName}.age`);
  const vars = {
    vault_keys_recipients: [recipient],
    vault_keys_file: keysFile,
    vault_cluster_name: clusterName,
  };
  return {
    keysFile,
    initialFile: keysFile.replace(/\.age$/, '.initial.age'),
    intentFile: keysFile.replace(/\.age$/, '.intent.json'),
    options: ['--identity', identity, '-e', JSON.stringify(vars)],
    async keys() {
      const {stdout, stderr, exitCode} = await vprov('secrets', 'view', keysFile, '--identity', identity);
      if (exitCode !== 0) throw new Error(stderr);
      return JSON.parse(stdout) as KeptKeys;
    },
    remove: () => rmSync(folder, {recursive: true}),
  };
}

export interface SealStatus {
  readonly initialized: boolean;
  readonly sealed: boolean;
  readonly cluster_id?: string;
}

/** What each server says of itself, asked on its host by its own program. */
export async function sealStatuses(fleet: Fleet): Promise<readonly SealStatus[]> {
  return Promise.all(
    fleet.hosts.map(async ({name}) =>
      JSON.parse(
        await fleet.read(name, 'BAO_ADDR=http://127.0.0.1:8200 bao status -format=json || [ $? = 2 ]'),
      ),
    ),
  );
}

/** The voters, asked on a host by the server's own program, with the login that was made for vprov. */
export async function votersOf(fleet: Fleet, {operator}: KeptKeys): Promise<readonly string[]> {
  if (!operator) throw new Error('the keys have no login');
  const listed = await fleet.read(
    'sense',
    `export BAO_ADDR=http://127.0.0.1:8200
BAO_TOKEN=$(bao write -field=token auth/vprov/login role_id=${operator.role_id} secret_id=${operator.secret_id})
export BAO_TOKEN
bao operator raft list-peers -format=json`,
  );
  const {data} = JSON.parse(listed) as {
    readonly data: {readonly config: {readonly servers: readonly {node_id: string; voter: boolean}[]}};
  };
  return data.config.servers
    .filter(({voter}) => voter)
    .map(({node_id: id}) => id)
    .toSorted();
}

/** Ends every server, and takes away what it knows: as a bare host with the program on it. */
export async function forgetCluster(fleet: Fleet): Promise<void> {
  await Promise.all(
    fleet.hosts.map(({name}) =>
      fleet.read(
        name,
        'systemctl stop vault && rm -rf /var/lib/vault/* /var/lib/vault.lost-* && systemctl start vault',
      ),
    ),
  );
}
