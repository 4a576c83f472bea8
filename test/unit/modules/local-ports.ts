import {spawn} from 'node:child_process';
import {connect, type Socket} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';
import type {ActionPorts, Inputs} from '../../../src/modules/index.ts';
import type {Script} from '../../../src/shell/index.ts';
import {reveal} from '../../../src/text/index.ts';
import {type Completed, TransportError} from '../../../src/transport/index.ts';

export interface LocalPorts extends ActionPorts {
  readonly messages: readonly string[];
  /** Streams that were handed out. */
  readonly streams: readonly Socket[];
}

/** For actions that need no local file. */
export const noInputs: Inputs = {
  content: missing,
  tree: missing,
  release: missing,
};

function missing(name: string): never {
  throw new Error(`the input '${name}' is not there`);
}

/** What an action reaches, on this machine: a real shell, real sockets. */
export function localPorts(signal: AbortSignal = new AbortController().signal): LocalPorts {
  const messages: string[] = [];
  const streams: Socket[] = [];
  return {
    messages,
    streams,
    signal,
    run: runLocally,
    forward: async (address, port) => {
      const stream = await connected(address, port);
      streams.push(stream);
      return stream;
    },
    sleep: (milliseconds) => sleep(milliseconds, undefined, {signal}),
    now: () => performance.now(),
    upload: () => Promise.reject(new Error('nothing is uploaded here')),
    save: () => Promise.reject(new Error('nothing is saved here')),
    sealed: {
      open: () => Promise.reject(new Error('nothing is sealed here')),
      prove: () => Promise.reject(new Error('nothing is sealed here')),
      seal: () => Promise.reject(new Error('nothing is sealed here')),
      sealBytes: () => Promise.reject(new Error('nothing is sealed here')),
      note: () => Promise.reject(new Error('nothing is sealed here')),
      noted: async () => undefined,
      remove: () => Promise.reject(new Error('nothing is sealed here')),
      openMessage: () => Promise.reject(new Error('nothing is sealed here')),
      holdersOf: () => Promise.reject(new Error('nothing is sealed here')),
      keep: () => undefined,
    },
    reconnect: () => Promise.reject(new Error('there is no connection')),
    hostName: 'wallpi',
    progress: (message) => messages.push(message),
  };
}

/** In a process group of its own, without standard input, as a session does it. */
function runLocally(script: Script, timeoutMs: number): Promise<Completed> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', reveal(script.text)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Record<'stdout' | 'stderr', Buffer[]> = {stdout: [], stderr: []};
    child.stdout.on('data', (chunk: Buffer) => output.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk));
    const timer = setTimeout(() => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      reject(new TransportError('timeout', `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({
        stdout: Buffer.concat(output.stdout),
        stderr: Buffer.concat(output.stderr),
        exitCode: code ?? 255,
      });
    });
  });
}

function connected(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({host: address, port});
    const refuse = (error: Error): void => reject(new TransportError('refused', error.message));
    socket.once('error', refuse);
    socket.once('connect', () => {
      socket.off('error', refuse);
      resolve(socket);
    });
  });
}
