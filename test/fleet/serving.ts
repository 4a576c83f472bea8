import {join} from 'node:path';
import {connect, httpRequest} from '../../src/transport/index.ts';
import type {Fleet} from './fleet.ts';
import type {HostPlan} from './layout.ts';

const patienceMs = 30_000;

/** What a server says of itself, asked through the SSH connection to its host. */
export interface Health {
  readonly host: string;
  /** 501: not initialised yet, which is how the demo leaves it. @see the API's sys/health */
  readonly status: number;
  readonly version: string;
}

/** `GET /v1/sys/health` of one server, at the address where its peers find it. */
export async function healthOf(fleet: Fleet, host: HostPlan): Promise<Health> {
  const {signal} = new AbortController();
  const connection = await connect({
    hostName: host.name,
    host: '127.0.0.1',
    port: host.port,
    user: 'pi',
    privateKeyFile: join(fleet.dir, 'id_ed25519'),
    knownHostsFile: join(fleet.dir, 'known_hosts'),
    timeoutMs: patienceMs,
    signal,
  });
  try {
    const request = {url: new URL(`http://${host.name}:8200/v1/sys/health`), method: 'GET'};
    const {status, body} = await httpRequest(connection, request, {timeoutMs: patienceMs, signal});
    const {version} = JSON.parse(body.toString('utf8')) as {version: string};
    return {host: host.name, status, version};
  } finally {
    await connection.close();
  }
}
