import {Duplex} from 'node:stream';
import {reveal} from '../text/index.ts';
import type {Channel} from './carrier.ts';
import {TransportError} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import {abortedError, lastWords} from './failures.ts';
import type {Link} from './link.ts';
import {noToolExitCode, type RelayTool, relayScript, relayTools} from './relay-tools.ts';
import {openShellChannel} from './shell-channel.ts';

/** What the relays of a connection have found out about its host. */
export interface RelayMemory {
  /** Undefined until one ran. */
  tool: RelayTool | 'none' | undefined;
}

/** Longest time for the host to connect to an address. */
const connectTimeoutSeconds = 15;

/**
 * A byte stream to an address through a program on the host, for hosts whose sshd forwards nothing. Works as the login
 * user. Vault's own program is no help: it speaks HTTP to its server and passes no bytes on.
 * Ending the stream's writing side ends nothing yet: relays know no half-closed connections.
 * @throws TransportError `refused`, `forbidden` when the host has no such program
 */
export async function relay(
  link: Link,
  memory: RelayMemory,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  if (memory.tool === 'none') throw noRelay(link, address, port);
  const tools = memory.tool === undefined ? relayTools : [memory.tool];
  let onConnected: () => void = () => undefined;
  const connected = new Promise<true>((resolve) => {
    onConnected = () => resolve(true);
  });
  const shell = await openShellChannel(link, {
    user: link.loginUser,
    script: reveal(relayScript(tools, address, port, connectTimeoutSeconds).text),
    onMark: (stream, {words: [word, tool]}) => {
      if (stream !== 'stderr') return;
      if (word === 'relay') memory.tool = relayTools.find((known) => known === tool);
      if (word === 'connected') onConnected();
    },
    leavesStdout: true,
    signal,
  });
  const stream = streamOf(shell.channel, link);
  let stop: () => void = () => undefined;
  // A program that waits for the address does not see that its channel is closed: it is not waited for.
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => {
      stream.destroy();
      resolve(undefined);
    };
  });
  signal.addEventListener('abort', stop);
  const outcome = await Promise.race([connected, shell.ended, stopped]);
  signal.removeEventListener('abort', stop);
  if (signal.aborted || !outcome) throw abortedError(link.hostName);
  if (outcome === true) return stream;
  // Its own error, when the connection is lost, is the one that is thrown here.
  stream.on('error', () => undefined);
  throw link.lost() ?? relayError(link, memory, address, port, outcome);
}

/**
 * The channel without its end: its writing side stays open until the stream is destroyed. When the other side has ended, what
 * is still written goes nowhere, as on a connection: TLS answers the other's farewell.
 */
function streamOf(channel: Channel, link: Link): Duplex {
  let ended = false;
  const stream = new Duplex({
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (ended) done();
      else channel.write(chunk, done);
    },
    destroy: (error, done) => {
      channel.close();
      done(error);
    },
  });
  channel.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) channel.pause();
  });
  channel.resume();
  const end = (): void => {
    if (!ended) stream.push(null);
    ended = true;
  };
  channel.once('end', end);
  channel.once('close', () => {
    const lost = link.lost();
    if (lost) stream.destroy(lost);
    else end();
  });
  return stream;
}

function relayError(
  link: Link,
  memory: RelayMemory,
  address: string,
  port: number,
  ending: Ending,
): TransportError {
  if (ending.exitCode === noToolExitCode) {
    memory.tool = 'none';
    return noRelay(link, address, port);
  }
  const said = lastWords(ending.stderr);
  const reason = said === '' ? `no answer within ${connectTimeoutSeconds} s` : said.replace(/^.*: /, '');
  return new TransportError(
    'refused',
    `${link.hostName} gets no connection to ${address} port ${port}: ${reason}`,
  );
}

function noRelay(link: Link, address: string, port: number): TransportError {
  return new TransportError(
    'forbidden',
    `sshd on ${link.hostName} forbids forwarding to ${address} port ${port}, and nothing there can relay instead`,
    `set \`AllowTcpForwarding local\` in the host's sshd_config (see also PermitOpen and DisableForwarding), or install perl or socat`,
  );
}
