import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import {createServer as createTlsServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {
  type Connection,
  connect,
  type HttpOptions,
  type HttpRequest,
  httpRequest,
} from '../../src/transport/index.ts';
import {failureOf} from './failure.ts';
import {killOwnSshd, type Ring, startRing, transports} from './ring.ts';

const signal = new AbortController().signal;

describe.each(transports)('HTTP through a host, by %s', (transport) => {
  let ring: Ring;
  let connection: Connection;
  let server: Server;
  let tlsServer: Server;
  let directory: string;
  let ca: string;

  const answer: Parameters<typeof createServer>[1] = async (request, response) => {
    if (request.url === '/never') return;
    if (request.url === '/broken') return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(request.url === '/sealed' ? 503 : 200, {
      'x-method': request.method,
      'x-host': request.headers.host,
    });
    response.end(Buffer.concat([Buffer.from('got '), ...chunks]));
  };
  const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;
  const call = (
    path = '',
    changes: Partial<HttpRequest> = {},
    options: Partial<HttpOptions> = {},
  ): ReturnType<typeof httpRequest> =>
    httpRequest(
      connection,
      {url: new URL(`http://127.0.0.1:${portOf(server)}${path}`), method: 'GET', ...changes},
      {timeoutMs: 20_000, signal, ...options},
    );
  const secureUrl = (): URL => new URL(`https://127.0.0.1:${portOf(tlsServer)}/`);

  beforeAll(async () => {
    ring = await startRing({shell: 'dash', transport});
    connection = await connect(ring.options());
    directory = mkdtempSync(join(tmpdir(), 'vprov-tls-'));
    const [key, certificate] = [join(directory, 'key'), join(directory, 'certificate')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
        ...[
          '-subj',
          '/CN=wallpi',
          '-addext',
          'subjectAltName=DNS:wallpi',
          '-keyout',
          key,
          '-out',
          certificate,
        ],
      ],
      {stdio: 'ignore'},
    );
    ca = readFileSync(certificate, 'utf8');
    server = createServer(answer).listen(0, '127.0.0.1');
    tlsServer = createTlsServer({key: readFileSync(key), cert: ca}, answer).listen(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(tlsServer, 'listening')]);
  });

  afterAll(async () => {
    await connection?.close();
    await ring?.stop();
    server?.closeAllConnections();
    server?.close();
    tlsServer?.closeAllConnections();
    tlsServer?.close();
    rmSync(directory, {recursive: true});
  });

  it('gives status, headers and body, whatever the status', async () => {
    const {status, headers, body} = await call('/sealed', {method: 'PUT', body: 'üx'});
    expect([status, headers['x-method'], body.toString()]).toEqual([503, 'PUT', 'got üx']);
    expect(headers['x-host']).toBe(`127.0.0.1:${portOf(server)}`);
  });

  it('takes a body of mebibytes', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 'x');
    expect((await call('', {method: 'POST', body})).body.length).toBe(body.length + 4);
  });

  it('runs many at once', async () => {
    const answers = await Promise.all(
      Array.from({length: 50}, (_, index) => call('', {method: 'POST', body: String(index)})),
    );
    expect(answers.map(({body}) => body.toString())).toEqual(answers.map((_, index) => `got ${index}`));
  });

  it('checks the certificate in HTTPS', async () => {
    const url = secureUrl();
    expect((await call('', {url, tls: {servername: 'wallpi', certificates: ca}})).status).toBe(200);
    const name = await failureOf(call('', {url, tls: {servername: 'frontpi', certificates: ca}}));
    expect(name).toMatchObject({failure: 'http'});
    expect(name.message).toContain('frontpi');
    const address = await failureOf(call('', {url, tls: {certificates: ca}}));
    expect(address.message).toContain('127.0.0.1');
    expect((await failureOf(call('', {url}))).message).toContain('self-signed');
    expect((await call('', {url, tls: {verify: false}})).status).toBe(200);
    const clear = await failureOf(call('', {url: new URL(`https://127.0.0.1:${portOf(server)}/`)}));
    expect(clear.failure).toBe('http');
  });

  it('says when nothing listens', async () => {
    const error = await failureOf(call('', {url: new URL('http://127.0.0.1:1/')}));
    expect(error.failure).toBe('refused');
    expect(error.message).toContain('ring-dash gets no connection to 127.0.0.1 port 1');
  });

  it('says when the server breaks off, or says too much', async () => {
    expect(await failureOf(call('/broken'))).toMatchObject({failure: 'http'});
    const much = await failureOf(call('', {method: 'POST', body: 'much'}, {largestBodyBytes: 3}));
    expect(much).toMatchObject({failure: 'http', message: 'the answer is larger than 3 bytes'});
  });

  it('ends when the time is up or the run is interrupted', async () => {
    expect(await failureOf(call('/never', {}, {timeoutMs: 100}))).toMatchObject({failure: 'timeout'});
    const aborting = new AbortController();
    const pending = failureOf(call('/never', {}, {signal: aborting.signal}));
    aborting.abort();
    expect(await pending).toMatchObject({failure: 'aborted'});
  });

  it('ends when the connection is lost', async () => {
    const doomed = await connect(ring.options());
    const url = new URL(`http://127.0.0.1:${portOf(server)}/never`);
    const pending = failureOf(httpRequest(doomed, {url, method: 'GET'}, {timeoutMs: 20_000, signal}));
    await expect
      .poll(() => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))))
      .toBeGreaterThan(0);
    const session = await doomed.session('root');
    const cut = failureOf(session.request(killOwnSshd, {signal, timeoutMs: 20_000}));
    expect([(await pending).failure, (await cut).failure]).toEqual(['lost', 'lost']);
    await doomed.close();
  });
});
