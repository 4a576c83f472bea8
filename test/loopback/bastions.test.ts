import {once} from 'node:events';
import {appendFileSync, readFileSync} from 'node:fs';
import {type AddressInfo, connect as connectTcp, createServer, type Socket} from 'node:net';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {type Connection, createConnector} from '../../src/transport/index.ts';
import {authorize} from './keys.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bastion: Ring;

beforeAll(async () => {
  [ring, bastion] = await Promise.all([startRing({shell: 'dash'}), startRing({shell: 'dash'})]);
  authorize(bastion.directory, ring.keyFile);
});

afterAll(async () => {
  for (const one of [ring, bastion]) await one?.stop();
});

/** A network before the host on the way, whose connections so far can be made to pass nothing any more. */
async function network() {
  const sockets: Socket[] = [];
  const server = createServer((ours) => {
    const theirs = connectTcp(bastion.port, '127.0.0.1');
    for (const one of [ours, theirs]) one.on('error', () => undefined);
    ours.pipe(theirs).pipe(ours);
    sockets.push(ours, theirs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.length / 2,
    freeze: () => {
      for (const one of sockets) one.unpipe().pause();
    },
    close: () => {
      server.close();
      for (const one of sockets) one.destroy();
    },
  };
}

it('a host on the way whose connection died unnoticed is connected to anew for the next host behind it', async () => {
  const {port, connections, freeze, close} = await network();
  appendFileSync(ring.knownHostsFile, readFileSync(bastion.trustFor(port)));
  const connect = createConnector({environment: {}});
  const request = ring.options({proxyJump: `pi@127.0.0.1:${port}`, timeoutMs: 12_000});
  const first = await connect(request);
  const second = await connect(request);
  expect(connections()).toBe(1);
  freeze();
  const third: Connection = await connect(request);
  const {stdout} = await (await third.session('pi')).request(rawScript('id -un'), {
    signal: request.signal,
    timeoutMs: 10_000,
  });
  expect([stdout.toString(), connections()]).toEqual(['pi\n', 2]);
  // Who went through the dead one is told, with the way.
  const lost = await Promise.all([first.closed, second.closed]);
  for (const one of lost)
    expect(one?.message).toMatch(`the connection to ring-dash through pi@127.0.0.1:${port} was lost`);
  await third.close();
  close();
}, 60_000);
