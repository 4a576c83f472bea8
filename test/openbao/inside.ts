import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {createLockbox, keySources, newIdentityFile, openFile, sealText} from '../../src/source/index.ts';
import {ensureMirror} from '../fleet/mirror.ts';
import {olderVersion} from '../fleet/product.ts';
import {Bench, type Play, type Ran} from '../loopback/engine.ts';
import {type Ring, startRing} from '../loopback/ring.ts';
import {type Answer, ask} from './ask.ts';
import {freePorts, Server} from './server.ts';

/** A server that serves, on a host that is reached by SSH, and a cluster's keys with vprov's own login. */
export interface Cluster {
  readonly server: Server;
  readonly ring: Ring;
  readonly bench: Bench;
  /** What every task about the inside takes. */
  readonly access: Readonly<Record<string, string>>;
  /** As somebody with all rights, past vprov. */
  asRoot(method: string, path: string, body?: unknown): Promise<Answer>;
  run(task: Play, options?: {readonly check?: boolean; readonly more?: readonly Play[]}): Promise<Ran>;
  settings(more?: string): string;
  /** The secret that vprov logs in with. */
  secretId(): Promise<string>;
  /** Of these texts those that stand somewhere on the host, or in what all runs have told. */
  shown(texts: readonly string[]): readonly string[];
  remove(): Promise<void>;
}

const keys = '.vprov/keys/home.age';

/** A server that is not initialised, on 127.0.0.1. */
export async function newServer(): Promise<Pick<Cluster, 'server' | 'settings'>> {
  await ensureMirror((line) => console.log(line));
  const api = await freePorts(6);
  const ports = {
    api,
    cluster: api + 1,
    probe: api + 2,
    forwarded: api + 3,
    stranger: api + 4,
    third: api + 5,
  };
  const server = new Server(olderVersion, ports);
  mkdirSync(path.join(server.directory, 'data'));
  const settings = (more = ''): string => `
api_addr = "${server.url}"
cluster_addr = "https://127.0.0.1:${ports.cluster}"
disable_mlock = true
storage "raft" {
  path = "${server.directory}/data"
  node_id = "first"
  performance_multiplier = 1
}
listener "tcp" {
  address = "127.0.0.1:${ports.api}"
  cluster_address = "127.0.0.1:${ports.cluster}"
  tls_disable = true
}
${more}`;
  server.configure(settings());
  if (!(await server.start())) throw new Error(server.log);
  return {server, settings};
}

/** Initialised and unsealed by hand; then its root token hands over to vprov, as with every cluster that vprov makes. */
export async function newCluster(): Promise<Cluster> {
  const {server, settings} = await newServer();
  const ring = await startRing({shell: 'dash'});
  const bench = new Bench({wallpi: ring});
  const identity = await newIdentityFile(Date.now());
  bench.write('identity.txt', identity.text);
  bench.write('.age-recipients', `${identity.recipient}\n`);
  const access = {keys, url: server.url};
  const said: string[] = [];
  const cluster: Cluster = {
    server,
    ring,
    bench,
    access,
    asRoot: (method, at, body) =>
      ask(`${server.url}/v1/${at}`, {method, token: server.token, ...(body === undefined ? {} : {body})}),
    async run(task, {check = false, more = []} = {}) {
      const ran = await bench.run(
        {become: false, tasks: [...more, task]},
        {diff: true, mode: check ? 'check' : 'run', keys: {identityFiles: ['identity.txt']}},
      );
      said.push(JSON.stringify(ran.events));
      return ran;
    },
    settings,
    async secretId() {
      const lockbox = createLockbox(
        keySources({identityFiles: ['identity.txt'], environment: {}, cwd: bench.directory}),
      );
      const opened = await openFile(path.join(bench.directory, keys), lockbox);
      if (!('text' in opened)) throw new Error(opened.message);
      return (JSON.parse(opened.text) as {operator: {secret_id: string}}).operator.secret_id;
    },
    shown: (texts) =>
      texts.filter((text) => said.some((one) => one.includes(text)) || grep(text, ring.directory) !== ''),
    async remove() {
      bench.remove();
      await ring.stop();
      await server.remove();
    },
  };
  await server.initialise();
  if (!(await server.unseal())) throw new Error(server.log);
  const {json} = await cluster.asRoot('POST', 'auth/token/create-orphan', {policies: ['root']});
  const initial = server.token;
  server.token = (json as {auth: {client_token: string}}).auth.client_token;
  const kept = {cluster: 'home', shares: [Buffer.alloc(32, 1).toString('base64')], threshold: 1};
  const to = {recipients: [identity.recipient]};
  bench.write(keys, await sealText(JSON.stringify(kept), to));
  bench.write(
    keys.replace('.age', '.initial.age'),
    await sealText(JSON.stringify({...kept, root_token: initial}), to),
  );
  const handed = await cluster.run({name: 'hand over', vault_hand_over: {name: 'home', ...access}});
  if (handed.statuses[0] !== 'hand over: changed') throw new Error(handed.message('hand over'));
  return cluster;
}

/** The files below a folder that have the text. */
function grep(text: string, folder: string): string {
  return execFileSync('sh', ['-c', 'grep -rlF -- "$0" "$1" || :', text, folder], {encoding: 'utf8'});
}
