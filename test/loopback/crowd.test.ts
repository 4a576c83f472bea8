import {once} from 'node:events';
import {type AddressInfo, connect as connectTcp, createServer, type Socket} from 'node:net';
import {expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {createConnector} from '../../src/transport/index.ts';
import {startRing} from './ring.ts';

it.each([
  // sshd's default: it takes 10 logins at once, and sheds the more of them the more there are.
  {maxStartups: '10:30:100', hosts: 50, handshakes: 50},
  {maxStartups: '2', hosts: 16, handshakes: undefined},
])(
  '$hosts logins at once are not too many for MaxStartups $maxStartups',
  async ({maxStartups, hosts, handshakes}) => {
    const ring = await startRing({shell: 'dash', sshdConfig: [`MaxStartups ${maxStartups}`]});
    const sockets: Socket[] = [];
    let count = 0;
    const relay = createServer((socket) => {
      count++;
      const further = connectTcp(ring.port, '127.0.0.1');
      for (const one of [socket, further]) one.on('error', () => undefined);
      // A connection that sshd sheds is reset, which a pipe does not pass on.
      further.on('close', () => socket.destroy());
      socket.on('close', () => further.destroy());
      sockets.push(socket, further);
      socket.pipe(further).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const {port} = relay.address() as AddressInfo;
    const connect = createConnector({environment: {}});
    const options = ring.options({port, knownHostsFile: ring.trustFor(port), timeoutMs: 25_000});
    const {signal} = options;
    const connections = await Promise.all(Array.from({length: hosts}, () => connect(options)));
    const first = await connections[0]?.session('pi');
    const answer = await first?.request(rawScript('id -un'), {signal, timeoutMs: 20_000});
    expect(answer?.stdout.toString()).toBe('pi\n');
    // None was shed and had to be tried again.
    if (handshakes !== undefined) expect(count).toBe(handshakes);
    await Promise.all(connections.map((connection) => connection.close()));
    relay.close();
    for (const socket of sockets) socket.destroy();
    await ring.stop();
  },
);
