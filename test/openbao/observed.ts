import {setTimeout as wait} from 'node:timers/promises';
import {ask, type Question} from './ask.ts';
import type {Server} from './server.ts';

/** What a server does, each by asking it to do it: not what it says that its configuration is. */
export type Behaviour = Readonly<Record<string, string>>;

const largeValue = 'x'.repeat(700_000);

/** Everything that the generated edits can change, as it is now. */
export async function behaviourOf(server: Server): Promise<Behaviour> {
  const {token, ports} = server;
  const api = async (path: string, question: Question = {}) =>
    ask(`${server.url}/v1/${path}`, {token, ...question});
  const at = (json: unknown, ...path: string[]): string => {
    let value = json;
    for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name];
    return JSON.stringify(value) ?? '';
  };
  const health = await api('sys/health');
  const tune = (await api('sys/auth/token/tune')).json;
  const audit = await api('sys/audit');
  return {
    ui: String((await ask(`${server.url}/ui/`, {})).status),
    'log level': at((await api('sys/loggers')).json, 'data', 'core'),
    'requests in the log': await requestsLogged(server),
    inspect: String((await api('sys/internal/inspect/router/root')).status),
    raw: String((await api('sys/raw/core/cluster/local/info')).status),
    'default ttl': at(tune, 'data', 'default_lease_ttl'),
    'max ttl': at(tune, 'data', 'max_lease_ttl'),
    'header of the host': String(health.headers['x-vault-hostname'] !== undefined),
    'header of the member': String(health.headers['x-vault-raft-node-id'] !== undefined),
    'header of ours': String(health.headers['x-of-ours']),
    'cluster name': at(health.json, 'cluster_name'),
    'address of the leader': at((await api('sys/leader')).json, 'leader_address'),
    'pid file': String(server.has('pid')),
    'log file': String(server.has('extra.log')),
    'log in json': String(/^\{"@/m.test(server.log)),
    'prefix of metrics': await prefixOfMetrics(async () => (await api('sys/metrics')).json),
    prometheus: String((await api('sys/metrics?format=prometheus')).status),
    devices: Object.keys((audit.json as {data?: object}).data ?? {}).join(' '),
    'audit by the API': await auditByApi(server, {}),
    'audit with a prefix': await auditByApi(server, {prefix: 'x'}),
    'largest entry': String(
      (await api('cubbyhole/large', {method: 'PUT', body: {value: largeValue}})).status,
    ),
    raft: raftSettings(server.log),
    'third listener': String((await ask(`http://127.0.0.1:${ports.third}/v1/sys/health`, {})).status),
    'without X-Forwarded-For': String(
      (await ask(`http://127.0.0.1:${ports.forwarded}/v1/sys/health`, {})).status,
    ),
    'X-Forwarded-For of a stranger': String(
      (
        await ask(`http://127.0.0.1:${ports.stranger}/v1/sys/health`, {
          headers: {'X-Forwarded-For': '192.0.2.1'},
        })
      ).status,
    ),
    ...(await behaviourOfListener(ports.probe)),
  };
}

/**
 * What the process gave to raft at its start, and what of it on SIGHUP: trailing logs, interval, threshold. For the first seconds it
 * has other timeouts than it was told, except the leader's.
 */
function raftSettings(log: string): string {
  const lines = log.split('\n');
  const started = lines.findLast((one) => one.includes('creating Raft')) ?? '';
  const reloaded = lines.findLast((one) => one.includes('reloaded raft config')) ?? '';
  const [, ...plain] = /settings="\{(\d+) (\S+) (\d+) /.exec(reloaded) ?? [];
  const values = ['TrailingLogs', 'SnapshotInterval', 'SnapshotThreshold'].map((name, index) => {
    const [, value = '?'] = new RegExp(`${name}"?:(\\w+)`).exec(reloaded || started) ?? [];
    return plain[index]?.includes('s')
      ? `${secondsIn(plain[index])}000000000`
      : Number(plain[index] ?? value);
  });
  return [/LeaderLeaseTimeout:(\w+)/.exec(started)?.[1], ...values].join(' ');
}

/** 1m30s */
function secondsIn(written = ''): number {
  const [, minutes = 0, seconds = 0] = /^(?:(\d+)m)?(\d+)s$/.exec(written) ?? [];
  return 60 * Number(minutes) + Number(seconds);
}

/** Every ten seconds they begin anew, and for a moment there are none. */
async function prefixOfMetrics(metrics: () => Promise<unknown>): Promise<string> {
  const end = Date.now() + 3000;
  for (;;) {
    const {Gauges: gauges = []} = ((await metrics()) ?? {}) as {Gauges?: readonly {readonly Name: string}[]};
    const [first] = gauges ?? [];
    if (first || Date.now() > end) return first?.Name.replace(/\..*/, '') ?? '';
    await wait(100);
  }
}

async function requestsLogged(server: Server): Promise<string> {
  const before = server.log.length;
  await ask(`${server.url}/v1/sys/seal-status`, {});
  await ask(`${server.url}/v1/sys/leader`, {});
  const line =
    server.log
      .slice(before)
      .split('\n')
      .find((one) => one.includes('completed_request')) ?? '';
  return /\[(\w+)\]|"@level":"(\w+)"/.exec(line)?.slice(1).join('').toLowerCase() ?? '';
}

async function auditByApi(server: Server, options: Readonly<Record<string, string>>): Promise<string> {
  const question = {token: server.token, method: 'PUT'};
  const body = {type: 'file', options: {file_path: `${server.directory}/api-audit.log`, ...options}};
  const made = await ask(`${server.url}/v1/sys/audit/by-api`, {...question, body});
  if (made.status === 204) await ask(`${server.url}/v1/sys/audit/by-api`, {...question, method: 'DELETE'});
  return String(made.status);
}

/** The second listener: what it takes, from whom, and over which TLS. */
async function behaviourOfListener(port: number): Promise<Behaviour> {
  const scheme = (await ask(`https://127.0.0.1:${port}/v1/sys/health`, {})).status > 0 ? 'https' : 'http';
  const base = `${scheme}://127.0.0.1:${port}/v1`;
  const plain = async (path: string, headers: Question['headers'] = {}): Promise<string> =>
    String((await ask(`${base}/${path}`, {headers})).status);
  // Where the header is required, what comes without it is refused whatever else is set.
  const asked = async (path: string, question: Question = {}): ReturnType<typeof ask> =>
    ask(`${base}/${path}`, {...question, headers: {'X-Vault-Request': 'true'}});
  const status = async (path: string, question: Question = {}): Promise<string> =>
    String((await asked(path, question)).status);
  const version = async (only: 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    status('sys/health', {tls: {minVersion: only, maxVersion: only}});
  const texts = Object.fromEntries(Array.from({length: 40}, (_, index) => [`k${index}`, 'v']));
  return {
    'probe: scheme': scheme,
    'probe: certificate': (await ask(`${base}/sys/health`, {})).certificate,
    'probe: TLS 1.2': await version('TLSv1.2'),
    'probe: TLS 1.3': await version('TLSv1.3'),
    'probe: plain request': await plain('sys/health'),
    'probe: with the request header': await status('sys/health'),
    'probe: forwarded': await plain('sys/health', {'X-Forwarded-For': '192.0.2.1'}),
    'probe: metrics': await status('sys/metrics'),
    'probe: pprof': await status('sys/pprof/cmdline'),
    'probe: in flight': await status('sys/in-flight-req'),
    'probe: rekey': await status('sys/rekey/init'),
    'probe: generate-root': await status('sys/generate-root/attempt'),
    // It hangs up on what is too large, sometimes before its answer is read.
    'probe: 3000 bytes': (await status('sys/unseal', {method: 'PUT', body: {key: 'x'.repeat(3000)}})).replace(
      /^0$/,
      '413',
    ),
    // Too many, and none of them a share, are both 400: only the words differ.
    'probe: 40 keys': (await asked('sys/unseal', {method: 'PUT', body: texts})).text,
    'probe: version and cluster': await told(`${base}/sys/health`),
    'probe: header of ours': String((await ask(`${base}/sys/health`, {})).headers['x-of-ours']),
  };
}

/** Whether it says who it is to everybody. */
async function told(url: string): Promise<string> {
  const {version, cluster_name: name} = ((await ask(url, {})).json ?? {}) as Record<string, string>;
  return `${version !== undefined && version !== ''} ${name !== undefined && name !== ''}`;
}
