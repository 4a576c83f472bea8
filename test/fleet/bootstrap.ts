import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {recordFile} from './files.ts';
import type {Fleet} from './fleet.ts';
import {program} from './product.ts';
import {runVprov, vprov} from './vprov.ts';

/** Somebody who bootstraps a cluster: an identity of age, and where its keys go. */
export interface Keeper {
  readonly keysFile: string;
  readonly initialFile: string;
  readonly intentFile: string;
  /** What `vprov run` is told to know the cluster and to open its keys. */
  readonly options: readonly string[];
  /** The keys as they are kept, opened. */
  keys(): Promise<KeptKeys>;
  /** Writes a file of keys, encrypted. */
  keep(file: string, keys: object): Promise<void>;
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
    async keep(file, keys) {
      mkdirSync(dirname(file), {recursive: true, mode: 0o700});
      writeFileSync(file, JSON.stringify(keys), {mode: 0o600});
      const {stderr, exitCode} = await vprov('secrets', 'encrypt', file, '-r', recipient);
      if (exitCode !== 0) throw new Error(stderr);
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
        await fleet.read(
          name,
          `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json || [ $? = 2 ]`,
        ),
      ),
    ),
  );
}

/** The voters, asked on a host by the server's own program, with the login that was made for vprov. */
export async function votersOf(fleet: Fleet, {operator}: KeptKeys): Promise<readonly string[]> {
  if (!operator) throw new Error('the keys have no login');
  const listed = await fleet.read(
    'sense',
    `export VAULT_ADDR=http://127.0.0.1:8200
VAULT_TOKEN=$(${program} write -field=token auth/vprov/login role_id=${operator.role_id} secret_id=${operator.secret_id})
export VAULT_TOKEN
${program} operator raft list-peers -format=json`,
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
  rmSync(recordFile(fleet), {force: true});
  await Promise.all(
    fleet.hosts.map(({name}) =>
      fleet.read(
        name,
        'systemctl stop vault && rm -rf /var/lib/vault/* /var/lib/vault.lost-* && systemctl start vault',
      ),
    ),
  );
}

/** Of a client that only reads and writes below `client/`. */
const clientPolicy = 'path "client/*" { capabilities = ["create", "read", "update", "delete"] }';

/**
 * A cluster that serves a client: initialised by hand while the initial root token is still good for making the client's
 * place and token, then bootstrapped by vprov.
 * @param options of `vprov run playbooks/vault.yml`, which installs what is not there yet
 * @returns the client's token
 */
export async function beginWithClient(
  fleet: Fleet,
  keeper: Keeper,
  ...options: readonly string[]
): Promise<string> {
  const run = async (...more: readonly string[]): Promise<void> => {
    const ran = await runVprov(fleet, 'playbooks/vault.yml', ...keeper.options, ...options, ...more);
    if (ran.exitCode !== 0)
      throw new Error(
        `exit code ${ran.exitCode}: ${ran.tasks.flatMap(({message}) => message ?? []).join('; ')}`,
      );
  };
  await run();
  const made = JSON.parse(
    await fleet.read('sense', `VAULT_ADDR=http://127.0.0.1:8200 ${program} operator init -format=json`),
  ) as {readonly unseal_keys_b64: readonly string[]; readonly root_token: string};
  const keys = {cluster: clusterName, shares: made.unseal_keys_b64, threshold: 3};
  await keeper.keep(keeper.keysFile, keys);
  await keeper.keep(keeper.initialFile, {...keys, root_token: made.root_token});
  const token = await fleet.read(
    'sense',
    `export VAULT_ADDR=http://127.0.0.1:8200 VAULT_TOKEN=${made.root_token}
for key in ${made.unseal_keys_b64.slice(0, 3).join(' ')}; do ${program} operator unseal "$key" >/dev/null; done
until ${program} secrets enable -path=client kv >/dev/null 2>&1; do :; done
echo '${clientPolicy}' | ${program} policy write client - >/dev/null
${program} token create -orphan -policy=client -ttl=720h -field=token`,
  );
  await run('-e', `vault_bootstrap=${clusterName}`);
  return token;
}
