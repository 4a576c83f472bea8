import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {type AddressInfo, connect as connectTcp, createServer, type Server, type Socket} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {dial} from '../../src/transport/dial.ts';
import {connect} from '../../src/transport/index.ts';
import {firstToConnect} from '../../src/transport/race.ts';
import {failureOf} from './failure.ts';
import {type Ring, startRing} from './ring.ts';

const signal = new AbortController().signal;
let ring: Ring;
const servers: Server[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => ring?.stop());

async function listen(onConnection: (socket: Socket) => void, port = 0, host = '127.0.0.1'): Promise<number> {
  const server = createServer(onConnection).listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** The ring's sshd behind a relay that does as told with each connection: the first is number 0. */
async function relay(
  treat: (socket: Socket, number: number) => 'pass' | 'done',
): Promise<{port: number; count(): number}> {
  let count = 0;
  const port = await listen((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (treat(socket, count++) === 'done') return;
    const further = connectTcp(ring.port, '127.0.0.1');
    further.on('error', () => undefined);
    sockets.push(further);
    socket.pipe(further).pipe(socket);
  });
  return {port, count: () => count};
}

/** The ring's key under the relay's port. */
const throughPort = (port: number) => ring.options({port, knownHostsFile: ring.trustFor(port)});

describe('connecting', () => {
  it('that finds only silence is told with the time of all tries, not with what was left for the last', async () => {
    // Stopped, it takes no connection: beyond a few, nothing answers.
    const program =
      "require('net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, function () { console.log(this.address().port) })";
    const silent = spawn(process.execPath, ['-e', program]);
    try {
      const port = Number(String((await once(silent.stdout, 'data'))[0]));
      silent.kill('SIGSTOP');
      for (let full = false; !full; ) {
        const socket = connectTcp(port, '127.0.0.1');
        sockets.push(socket);
        full = await Promise.race([once(socket, 'connect').then(() => false), wait(300).then(() => true)]);
      }
      const address = {hostName: 'wallpi', host: '127.0.0.1', port, timeoutMs: 30_000};
      expect((await failureOf(dial(address, 200, signal))).message).toBe(
        `wallpi does not answer: no connection to 127.0.0.1 port ${port} within 30 s`,
      );
    } finally {
      silent.kill('SIGKILL');
    }
  });

  it('succeeds at the third try, where sshd sheds load', async () => {
    const {port, count} = await relay((socket, number) => {
      if (number >= 2) return 'pass';
      // As sshd does beyond MaxStartups, and as a router does.
      if (number === 0) socket.end();
      else socket.resetAndDestroy();
      return 'done';
    });
    const connection = await connect(throughPort(port));
    expect(count()).toBe(3);
    await connection.close();
  });

  it('succeeds when sshd starts a little later', async () => {
    const {port} = await relay(() => 'pass');
    const [server] = servers.splice(0);
    server?.close();
    const connecting = connect(throughPort(port));
    setTimeout(() => {
      void listen((socket) => {
        sockets.push(socket);
        socket.on('error', () => undefined);
        socket.pipe(connectTcp(ring.port, '127.0.0.1')).pipe(socket);
      }, port);
    }, 400);
    await (await connecting).close();
  });

  it('succeeds at the next try, wherever in the login the first connection is dropped', async () => {
    const loginBytes = 4500;
    const made = await Promise.all(
      Array.from({length: 12}, async (_, index) => {
        let left = ((index + 1) * loginBytes) / 12;
        const {port} = await relay((socket, number) => {
          const further = connectTcp(ring.port, '127.0.0.1');
          sockets.push(further);
          for (const [from, to] of [
            [socket, further],
            [further, socket],
          ] as const) {
            from.on('error', () => undefined);
            from.on('close', () => to.destroy());
            from.on('data', (chunk: Buffer) => {
              left -= chunk.length;
              if (number > 0 || left > 0) return void to.write(chunk);
              for (const one of [socket, further]) one.destroy();
            });
          }
          return 'done';
        });
        const connection = await connect(throughPort(port));
        await connection.close();
        return connection.loginUser;
      }),
    );
    expect(new Set(made)).toEqual(new Set(['pi']));
  });

  it('is not tried again with a key that was refused, nor for a host key that is not the known one', async () => {
    const {port, count} = await relay(() => 'pass');
    const wrongUser = await failureOf(connect({...throughPort(port), user: 'nobody'}));
    expect([wrongUser.failure, count()]).toEqual(['authentication', 1]);
    const unknown = await failureOf(connect({...throughPort(port), knownHostsFile: '/dev/null'}));
    expect([unknown.failure, count()]).toEqual(['host-key', 2]);
  });
});

describe('a name with several addresses', () => {
  it('is reached by another when one refuses', async () => {
    const port = await listen((socket) => sockets.push(socket));
    const addresses = [
      {address: '::1', family: 6},
      {address: '127.0.0.1', family: 4},
    ];
    const socket = await firstToConnect(addresses, port, signal);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('is reached by another when one is silent, and soon', async () => {
    const port = await listen((socket) => sockets.push(socket), 0, '127.0.0.3');
    const silent = await silentOn('127.0.0.2', port);
    const startedMs = performance.now();
    const addresses = [
      {address: '127.0.0.2', family: 4},
      {address: '127.0.0.3', family: 4},
    ];
    const socket = await firstToConnect(addresses, port, signal);
    expect(socket.remoteAddress).toBe('127.0.0.3');
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    socket.destroy();
    await silent.stop();
  });

  it('is refused when all refuse, and given up when the run is interrupted', async () => {
    const addresses = [
      {address: '::1', family: 6},
      {address: '127.0.0.1', family: 4},
    ];
    await expect(firstToConnect(addresses, 1, signal)).rejects.toMatchObject({code: 'ECONNREFUSED'});
    const port = await listen(() => undefined, 0, '127.0.0.3');
    const silent = await silentOn('127.0.0.2', port);
    const aborting = new AbortController();
    const connecting = firstToConnect([{address: '127.0.0.2', family: 4}], port, aborting.signal);
    aborting.abort(new Error('interrupted'));
    await expect(connecting).rejects.toThrow('interrupted');
    await silent.stop();
  });
});

/** A port that answers nobody: its queue is full, and the kernel drops who knocks. */
async function silentOn(address: string, port: number): Promise<{stop(): Promise<void>}> {
  const program = `use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(${port}, inet_aton('${address}'))) or die; listen($s, 0) or die; syswrite STDOUT, 'up'; sleep 60`;
  const listener = spawn('perl', ['-e', program], {stdio: ['ignore', 'pipe', 'ignore']});
  await once(listener.stdout, 'data');
  const filler = connectTcp(port, address);
  sockets.push(filler);
  await once(filler, 'connect');
  filler.on('error', () => undefined);
  return {
    stop: async () => {
      listener.kill();
      await once(listener, 'exit');
    },
  };
}
