import {once} from 'node:events';
import {type AddressInfo, connect as connectTcp, createServer, type Socket} from 'node:net';
import type {Ring} from '../loopback/ring.ts';

/**
 * What becomes of a connection at some instant. `drop`: both sides are closed. `reset`: both are reset. `stall`: nothing
 * passes for a while, then all of it. `silence`: nothing passes any more, until we close our side. `half-open`: the host's
 * side is closed, ours is not told. `gone`: nothing passes any more, and neither side ever hears of the other's end, as
 * after a change of address.
 */
export const faults = ['drop', 'reset', 'stall', 'silence', 'half-open', 'gone'] as const;
export type Fault = (typeof faults)[number];

/** What the network is like all the time. */
export interface Weather {
  /** Longest time that a chunk takes one way. */
  readonly delayMs?: number;
  /** How many of a hundred chunks come late, as what TCP has to send again does. */
  readonly lossPercent?: number;
}

export interface Relay {
  readonly port: number;
  /** Bytes that have passed, both ways. */
  passed(): number;
  stop(): Promise<void>;
}

export interface RelayOptions {
  readonly fault?: Fault;
  /** The fault comes when so many bytes have passed, once. */
  readonly atBytes?: number;
  /** Or with the first bytes that come when this holds. */
  cutsWhen?(): boolean;
  readonly weather?: Weather;
  /** From 0 to less than 1. */
  random(): number;
}

const stallMs = 1500;
const retransmissionMs = 250;

/** A network between vprov, or a host on the way, and a ring's sshd. */
export async function startRelay(ring: Pick<Ring, 'port'>, options: RelayOptions): Promise<Relay> {
  const {fault, atBytes = Number.POSITIVE_INFINITY, cutsWhen, weather = {}, random} = options;
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let passed = 0;
  let happened = false;

  const later = (ms: number, what: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      what();
    }, ms);
    timers.add(timer);
  };
  const delay = (): number =>
    (weather.delayMs ?? 0) / 2 + (random() * 100 < (weather.lossPercent ?? 0) ? retransmissionMs : 0);

  const join = (ours: Socket, theirs: Socket): void => {
    let open = true;
    const cut = (): void => {
      happened = true;
      switch (fault) {
        case 'drop':
          for (const one of [ours, theirs]) one.destroy();
          return;
        case 'reset':
          for (const one of [ours, theirs]) one.resetAndDestroy();
          return;
        case 'half-open':
          theirs.destroy();
          open = false;
          return;
        case 'silence':
        case 'gone':
          open = false;
          return;
        case 'stall':
          for (const one of [ours, theirs]) one.pause();
          later(stallMs, () => {
            for (const one of [ours, theirs]) one.resume();
          });
          return;
        case undefined:
          return;
      }
    };
    const pass = (from: Socket, to: Socket): void => {
      // Chunks keep their order, however late one is; the end comes last.
      const queue: {readonly atMs: number; readonly chunk: Buffer | undefined}[] = [];
      const send = (): void => {
        const [next] = queue;
        if (!next) return;
        const waitMs = next.atMs - performance.now();
        if (waitMs > 0) {
          later(Math.ceil(waitMs), send);
          return;
        }
        queue.shift();
        if (!next.chunk) to.destroy();
        else if (open && !to.destroyed) to.write(next.chunk);
        send();
      };
      const add = (chunk: Buffer | undefined): void => {
        queue.push({atMs: performance.now() + delay(), chunk});
        if (queue.length === 1) send();
      };
      from.on('data', (chunk: Buffer) => {
        if (!open) return;
        passed += chunk.length;
        if (!happened && (passed >= atBytes || cutsWhen?.())) cut();
        if (open) add(chunk);
      });
      from.on('close', () => {
        if (fault === 'gone' && !open) return;
        if (fault !== 'half-open' || from === ours || !happened) add(undefined);
      });
      from.on('error', () => undefined);
    };
    pass(ours, theirs);
    pass(theirs, ours);
  };
  const server = createServer((ours) => {
    const theirs = connectTcp(ring.port, '127.0.0.1');
    for (const one of [ours, theirs]) sockets.add(one);
    join(ours, theirs);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    passed: () => passed,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
