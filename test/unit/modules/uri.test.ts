import {readFileSync} from 'node:fs';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {type AddressInfo, createServer as createTcpServer} from 'node:net';
import path from 'node:path';
import {Duplex, PassThrough} from 'node:stream';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import type {Action, ActionResult} from '../../../src/modules/index.ts';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {TransportError} from '../../../src/transport/index.ts';
import {isMap, type ValueMap} from '../../../src/values/index.ts';
import {type LocalPorts, localPorts, noInputs} from './local-ports.ts';
import {mistakes, mistakesIn, modules, task} from './task.ts';

const uri = modules.modules.get('uri')?.module as Action<ValueMap>;

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

// A key of these tests, known to the world: it protects nothing.
const certificateFile = path.join(import.meta.dirname, 'server.cert.pem');
const tlsOptions = {
  key: readFileSync(path.join(import.meta.dirname, 'server.key.pem')),
  cert: readFileSync(certificateFile),
};

let seen: Seen[] = [];
let http: Server;
let https: Server;

beforeAll(async () => {
  http = createHttpServer(serve);
  https = createHttpsServer(tlsOptions, serve);
  for (const server of [http, https])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  http.close();
  https.close();
});
beforeEach(() => {
  seen = [];
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  seen.push({method: request.method ?? '', path: request.url ?? '', headers: request.headers, body});
  switch (request.url?.split('?')[0]) {
    case '/health':
      response.writeHead(501, {'Content-Type': 'application/json', 'X-Two': ['a', 'b']});
      response.end('{"initialized":false,"version":"2.6.1","__proto__":{"polluted":true}}');
      return;
    case '/moved':
      response.writeHead(307, {Location: 'http://leader/'}).end();
      return;
    case '/broken-json':
      response.writeHead(200, {'Content-Type': 'application/json; charset=utf-8'}).end('{');
      return;
    case '/half':
      response.writeHead(200, {'Content-Length': 100});
      response.write('half', () => response.destroy());
      return;
    case '/huge':
      response.writeHead(200);
      for (let i = 0; i < 20; i++) response.write(Buffer.alloc(1024 * 1024));
      response.end();
      return;
    case '/never':
      return;
    default:
      response.writeHead(200).end('hello é');
  }
}

const portOf = (server: {address(): unknown}): number => (server.address() as AddressInfo).port;

function ask(yaml: string, variables: ValueMap = {}, ports: Partial<LocalPorts> = {}): Promise<ActionResult> {
  const written = task('uri', yaml, {
    ...variables,
    http: portOf(http),
    https: portOf(https),
    ca: certificateFile,
  });
  expect(mistakes(written)).toEqual([]);
  return uri.act(written.args, {...localPorts(), ...ports}, noInputs);
}

describe('uri', () => {
  it('asks, and keeps status, headers in lower case and JSON as data', async () => {
    const outcome = await ask(`url: 'http://127.0.0.1:{{ http }}/health?x=1'\nstatus_code: [200, 501]`);
    expect(outcome).toMatchObject({
      changed: false,
      result: {status: 501, json: {initialized: false, version: '2.6.1'}, headers: {'x-two': 'a, b'}},
    });
    expect(outcome.result).not.toHaveProperty('content');
    const {json} = outcome.result;
    if (!isMap(json)) throw new Error('json is no map');
    expect(Object.getPrototypeOf(json)).toBeNull();
    expect(Object.hasOwn(json, '__proto__')).toBe(true);
    expect(seen).toMatchObject([
      {method: 'GET', path: '/health?x=1', headers: {host: `127.0.0.1:${portOf(http)}`, connection: 'close'}},
    ]);
  });

  it('keeps the content when it is asked for', async () => {
    const {result} = await ask(`url: 'http://127.0.0.1:{{ http }}/'\nreturn_content: true`);
    expect(result.content).toBe('hello é');
  });

  it('keeps what says it is JSON, and is not, as content only', async () => {
    const {result} = await ask(`url: 'http://127.0.0.1:{{ http }}/broken-json'\nreturn_content: true`);
    expect(result).toMatchObject({status: 200, content: '{'});
    expect(result).not.toHaveProperty('json');
  });

  it('sends a map as JSON, secrets opened for the server only', async () => {
    const token = new Secret('token', 'hvs.123456');
    const outcome = await ask(
      `url: 'http://127.0.0.1:{{ http }}/init'\nmethod: PUT\nheaders: {X-Vault-Token: '{{ token }}'}\nbody: {shares: 5, deep: ['a {{ token }}', null, true]}`,
      {token},
    );
    expect(outcome.changed).toBe(true);
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        headers: {'x-vault-token': 'hvs.123456', 'content-type': 'application/json'},
        body: '{"shares":5,"deep":["a hvs.123456",null,true]}',
      },
    ]);
  });

  it('sends a string as it is, or as JSON when told so', async () => {
    await ask(`url: 'http://127.0.0.1:{{ http }}/'\nmethod: POST\nbody: a=b`);
    await ask(
      `url: 'http://127.0.0.1:{{ http }}/'\nmethod: POST\nbody: a=b\nbody_format: json\nheaders: {content-type: x/y}`,
    );
    expect(seen.map(({body, headers}) => [body, headers['content-type']])).toEqual([
      ['a=b', undefined],
      ['"a=b"', 'x/y'],
    ]);
  });

  it('fails on another status, and says where a redirection leads', async () => {
    expect(await ask(`url: 'http://127.0.0.1:{{ http }}/health'`)).toMatchObject({
      failed: `GET http://127.0.0.1:${portOf(http)}/health: status 501 (Not Implemented), not 200`,
      result: {status: 501, json: {initialized: false}},
    });
    expect(await ask(`url: 'http://127.0.0.1:{{ http }}/moved'`)).toMatchObject({
      hint: 'it points to http://leader/',
    });
  });

  it('HEAD has no body and ends', async () => {
    expect(
      await ask(`url: 'http://127.0.0.1:{{ http }}/health'\nmethod: HEAD\nstatus_code: 501`),
    ).toMatchObject({
      changed: false,
      result: {status: 501},
    });
  });

  it.each([
    ['http', 'http://127.0.0.1:{{ http }}/'],
    ['https', 'https://127.0.0.1:{{ https }}/'],
  ])('leaves no %s stream open', async (_scheme, url) => {
    const ports = localPorts();
    await ask(`url: '${url}'\nca_path: '{{ ca }}'`, {}, ports);
    expect(ports.streams.map((stream) => stream.destroyed)).toEqual([true]);
  });
});

describe('uri over a stream that is no socket, as an SSH channel is none', () => {
  /** A socket's bytes, without its methods. */
  async function channel(address: string, port: number): Promise<Duplex> {
    const socket = await localPorts().forward(address, port);
    const duplex = new Duplex({
      read: () => {},
      write: (chunk, _encoding, done) => socket.write(chunk, done),
      final: (done) => socket.end(done),
      destroy: (error, done) => {
        socket.destroy();
        done(error);
      },
    });
    socket.on('data', (chunk) => duplex.push(chunk));
    socket.on('end', () => duplex.push(null));
    return duplex;
  }

  it.each(['http', 'https'])('%s', async (scheme) => {
    const yaml = `url: '${scheme}://127.0.0.1:{{ ${scheme} }}/health'\nstatus_code: 501\nca_path: '{{ ca }}'`;
    expect(await ask(yaml, {}, {forward: channel})).toMatchObject({
      result: {status: 501, json: {initialized: false}},
    });
  });
});

describe('uri over TLS', () => {
  const health = `url: 'https://127.0.0.1:{{ https }}/health'\nstatus_code: 501`;

  it('trusts the certificates of ca_path, read on the host', async () => {
    expect(await ask(`${health}\nca_path: '{{ ca }}'`)).toMatchObject({
      result: {status: 501, json: {initialized: false}},
    });
  });

  it('checks the name that was asked for, not the address that was dialled', async () => {
    const local = localPorts();
    const forward: LocalPorts['forward'] = (_address, port) => local.forward('127.0.0.1', port);
    const named = (name: string) =>
      ask(`url: 'https://${name}:{{ https }}/health'\nstatus_code: 501\nca_path: '{{ ca }}'`, {}, {forward});
    expect((await named('vault.test')).failed).toBeUndefined();
    expect(await named('other.test')).toMatchObject({
      failed: expect.stringContaining("Hostname/IP does not match certificate's altnames"),
      result: {status: -1},
    });
  });

  it('refuses a certificate that nobody vouches for, and says what to do', async () => {
    expect(await ask(health)).toMatchObject({
      failed: expect.stringContaining('self-signed certificate'),
      hint: expect.stringContaining('ca_path'),
      result: {status: -1},
    });
    expect(seen).toEqual([]);
  });

  it('takes any when validate_certs is false', async () => {
    expect(await ask(`${health}\nvalidate_certs: false`)).toMatchObject({result: {status: 501}});
  });

  it('says when ca_path cannot be read', async () => {
    expect(await ask(`${health}\nca_path: /no/such/ca.pem`)).toMatchObject({
      failed: expect.stringContaining('ca_path cannot be read: cat: /no/such/ca.pem'),
    });
  });
});

describe('uri without an answer', () => {
  it('a port that nobody listens on: status -1, so that until can wait for it', async () => {
    const free = createTcpServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const port = portOf(free);
    await new Promise((resolve) => free.close(resolve));
    expect(await ask(`url: http://127.0.0.1:${port}/`)).toMatchObject({
      changed: false,
      failed: expect.stringContaining('ECONNREFUSED'),
      result: {status: -1},
    });
  });

  it.each([
    ['ends in the middle', 'half', /aborted|middle of the answer/],
    ['is too large', 'huge', /larger than 16777216 bytes/],
  ])('one that %s fails', async (_what, page, reason) => {
    const {failed} = await ask(`url: 'http://127.0.0.1:{{ http }}/${page}'`);
    expect(failed).toMatch(reason);
  });

  it('one that does not come in time fails, and the stream is given up', async () => {
    const ports = localPorts();
    const outcome = await ask(`url: 'http://127.0.0.1:{{ http }}/never'\ntimeout: 0.1`, {}, ports);
    expect(outcome).toMatchObject({
      failed: expect.stringContaining('no answer within 0.1 s'),
      result: {status: -1},
    });
    expect(ports.streams[0]?.destroyed).toBe(true);
  });

  it('a stream that is opened too late is closed again', async () => {
    const late = new PassThrough();
    let open: (stream: PassThrough) => void = () => {};
    const forward = () =>
      new Promise<PassThrough>((resolve) => {
        open = resolve;
      });
    const outcome = await ask(`url: http://127.0.0.1/\ntimeout: 0.05`, {}, {forward});
    expect(outcome.failed).toContain('no answer within');
    open(late);
    await new Promise((resolve) => late.once('close', resolve));
    expect(late.destroyed).toBe(true);
  });

  it('ends with the run that is interrupted', async () => {
    const controller = new AbortController();
    const ports = localPorts(controller.signal);
    const asking = ask(`url: 'http://127.0.0.1:{{ http }}/never'`, {}, ports);
    controller.abort(new Error('interrupted'));
    await expect(asking).rejects.toThrow('interrupted');
  });

  it('is told what forbids it', async () => {
    const forbidden = new TransportError('forbidden', 'sshd forbids it', 'set AllowTcpForwarding');
    expect(await ask('url: http://a/', {}, {forward: () => Promise.reject(forbidden)})).toMatchObject({
      failed: 'GET http://a/: sshd forbids it',
      hint: 'set AllowTcpForwarding',
      result: {status: -1},
    });
  });

  it('ends with the connection to the host', async () => {
    const lost = new TransportError('lost', 'the connection ended');
    await expect(ask('url: http://a/', {}, {forward: () => Promise.reject(lost)})).rejects.toBe(lost);
  });
});

describe('uri before it is run', () => {
  it('GET and HEAD are read-only, everything else may do anything', () => {
    expect(uri.readOnly({})).toBe(true);
    expect(uri.effects({method: 'HEAD'})).toEqual({type: 'none'});
    expect(uri.readOnly({method: 'POST'})).toBe(false);
    expect(uri.readOnly({method: new Unknown('later')})).toBe(false);
    expect(uri.effects({method: 'POST'})).toEqual({type: 'everything'});
  });

  it.each([
    ['url: ftp://a/', "'url' is neither http nor https"],
    ['url: http://u:p@a/', "'url' holds a password"],
    ['url: http://a/\nbody: x', "'body' is not sent by GET"],
    [
      'url: http://a/\nmethod: POST\nbody: {a: 1}\nbody_format: raw',
      "'body' must be a string with body_format: raw",
    ],
    ['url: http://a/\nheaders: {"a b": c}', "'headers' has 'a b', which HTTP does not allow"],
    ['url: http://a/\nheaders: {a: "b\\nc: d"}', "'headers' has 'a', which HTTP does not allow"],
  ])('%j is refused', (yaml, message) => {
    expect(mistakesIn('uri', yaml).join()).toContain(message);
  });
});
